import * as pulumi from "@pulumi/pulumi";

/** The value, but not before the resource exists: what takes it waits for the resource, and a failure of that stops it. */
export function onceCreated<T>(
  value: pulumi.Input<T>,
  resource: pulumi.CustomResource,
): pulumi.Output<pulumi.Unwrap<T>> {
  return pulumi.all([value, resource.id]).apply(([known]) => known);
}
