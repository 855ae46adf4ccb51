import * as pulumi from "@pulumi/pulumi";

/**
 * The value, once it is checked: at once when it is plain, and otherwise as soon as it is known. `error` says what is
 * wrong with it and what to do, or nothing.
 */
export function checked<T>(
  resource: pulumi.Resource,
  what: string,
  value: pulumi.Input<T>,
  error: (value: pulumi.Unwrap<T>) => string | undefined,
): pulumi.Output<pulumi.Unwrap<T>> {
  const check = (known: pulumi.Unwrap<T>) => {
    const found = errorIn(known, error);
    if (found !== undefined) throw new pulumi.ResourceError(`${what}: ${found}.`, resource, true);
    return known;
  };
  if (isPlain(value)) check(value as pulumi.Unwrap<T>);
  return pulumi.output(value).apply(check);
}

/** What is wrong with the value; also one of another type, which a program in JavaScript can give. */
function errorIn<T>(value: T, error: (value: T) => string | undefined): string | undefined {
  try {
    return error(value);
  } catch (thrown) {
    if (thrown instanceof TypeError) return `${JSON.stringify(value)} is not of the type that is declared`;
    throw thrown;
  }
}

/** What a function makes of the value: plain when that is, so that an error in it is found at once. */
export function derived<T, U>(value: pulumi.Input<T>, make: (value: pulumi.Unwrap<T>) => U): pulumi.Input<U> {
  return isPlain(value) ? make(value as pulumi.Unwrap<T>) : pulumi.output(value).apply(make);
}

/** The value, once it is known; `warning` says what a reader of it would wrongly expect, or nothing. */
export function warned<T>(
  resource: pulumi.Resource,
  what: string,
  value: pulumi.Output<T>,
  warning: (value: T) => string | undefined,
): pulumi.Output<T> {
  return value.apply<T>((known) => {
    const found = warning(known);
    if (found !== undefined) void pulumi.log.warn(`${what}: ${found}.`, resource);
    return known;
  });
}

function isPlain(value: unknown): boolean {
  if (pulumi.Output.isInstance(value) || value instanceof Promise) return false;
  if (typeof value !== "object" || value === null) return true;
  return Object.values(value).every(isPlain);
}
