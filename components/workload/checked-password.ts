import * as pulumi from "@pulumi/pulumi";
import { checked } from "../checked";

/** The password, as the secret that it is, once it is known to be one; no error quotes it. */
export function checkedPassword(
  resource: pulumi.Resource,
  what: string,
  password: pulumi.Output<string>,
): pulumi.Output<string> {
  return pulumi.secret(checked(resource, what, password, passwordError));
}

function passwordError(password: string): string | undefined {
  if (typeof password !== "string") return "it is not a text";
  return password === "" ? "it is empty, and would protect nothing" : undefined;
}
