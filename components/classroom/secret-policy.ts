import { inNamespacesOf, type KnownClass, type PolicySpec } from "./admission-policy";

/** Secrets in the namespaces of a class: none for which a controller makes a token that never expires. */
export function secretPolicy({ className }: KnownClass): PolicySpec {
  return {
    ...inNamespacesOf(className, [{ apiGroups: [""], resources: ["secrets"] }]),
    validations: [
      {
        expression: 'object.?type.orValue("") != "kubernetes.io/service-account-token"',
        message: "a Secret of type kubernetes.io/service-account-token would hold a token that never expires",
      },
    ],
  };
}
