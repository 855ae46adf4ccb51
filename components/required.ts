import * as pulumi from "@pulumi/pulumi";

/** The fields of T that have no default, each `true`; for an object also its own such fields. */
export type RequiredFields<T> = {
  [K in keyof T as undefined extends T[K] ? never : K]: true | NestedFields<T[K]>;
};
type NestedFields<T> = { [K in keyof T as undefined extends T[K] ? never : K]: true };

/**
 * The arguments, none of which is missing: TypeScript's compiler sees to that, but not in a program in JavaScript. Throws
 * one error that names all that are, before the component is registered.
 */
export function required<T extends object>(what: string, args: T, fields: RequiredFields<T>): T {
  const missing = missingFields(args, fields);
  if (missing.length === 0) return args;
  throw new pulumi.RunError(`${what}: arguments without a default are missing: ${missing.join(", ")}.`);
}

function missingFields(value: unknown, fields: object): string[] {
  const given = (value ?? {}) as Record<string, unknown>;
  return Object.entries(fields).flatMap(([name, nested]: [string, true | object]) => {
    if (nested !== true) return missingFields(given[name], nested).map((each) => `${name}.${each}`);
    return given[name] === undefined || given[name] === null ? [name] : [];
  });
}
