import * as pulumi from "@pulumi/pulumi";

/** One error that names all that are in the config of a stack. */
export function configError(stack: string, errors: string[]): pulumi.RunError {
  const count = errors.length === 1 ? "1 error" : `${errors.length} errors`;
  return new pulumi.RunError(
    [`Pulumi.${stack}.yaml has ${count}; nothing was changed.`, ...errors.map((error) => `  - ${error}`)].join("\n"),
  );
}
