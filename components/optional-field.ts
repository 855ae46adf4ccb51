import type * as pulumi from "@pulumi/pulumi";

/**
 * The value of a field that may be left out. Pulumi leaves out a field whose Output comes out `undefined`; its types only
 * know fields that are not given at all.
 */
export function optionalField<T>(value: pulumi.Output<T | undefined>): pulumi.Output<T> {
  return value as pulumi.Output<T>;
}
