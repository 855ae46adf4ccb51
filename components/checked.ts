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
    const found = absent(known) ?? kindError(() => error(known));
    if (found !== undefined) throw new pulumi.ResourceError(`${what}: ${found}.`, resource, true);
    return known;
  };
  if (isPlain(value)) check(value as pulumi.Unwrap<T>);
  return pulumi.output(value).apply(check);
}

/** Why a value, or an entry of a list, is none: an Output of `any` (another stack's, say) may come out undefined. */
function absent(value: unknown): string | undefined {
  const isNone = (each: unknown) => each === undefined || each === null;
  if (isNone(value)) return "it comes out undefined: give a value, or leave it out";
  return Array.isArray(value) && value.some(isNone) ? "an entry of the list comes out undefined" : undefined;
}

/** The error that a check finds; also for a value of another kind than the types say, which breaks the check itself. */
function kindError(check: () => string | undefined): string | undefined {
  try {
    return check();
  } catch (error) {
    if (error instanceof TypeError)
      return "it is of another kind than its type says, such as a text in place of a list";
    throw error;
  }
}

/**
 * What a function makes of a value that is `checked`: plain when the value is, so that an error in it is found at once.
 */
export function derived<T, U>(
  value: pulumi.Input<T>,
  known: pulumi.Output<pulumi.Unwrap<T>>,
  make: (value: pulumi.Unwrap<T>) => U,
): pulumi.Input<U> {
  return isPlain(value) ? make(value as pulumi.Unwrap<T>) : known.apply(make);
}

/** The value, once it is known; `warning` says what a reader of it would wrongly expect, or nothing. */
export function warned<T>(
  what: string,
  value: pulumi.Output<T>,
  warning: (value: T) => string | undefined,
): pulumi.Output<T> {
  return value.apply<T>((known) => {
    const found = warning(known);
    // Not of the resource: that would wait for its registration, and every later message with it, also an error that
    // the registration itself waits for.
    if (found !== undefined) void pulumi.log.warn(`${what}: ${found}.`);
    return known;
  });
}

function isPlain(value: unknown): boolean {
  if (pulumi.Output.isInstance(value) || value instanceof Promise) return false;
  if (typeof value !== "object" || value === null) return true;
  return Object.values(value).every(isPlain);
}
