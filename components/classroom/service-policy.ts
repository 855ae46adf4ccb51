import { inNamespacesOf, type KnownClass, type PolicySpec } from "./admission-policy";

/**
 * Services in the namespaces of a class: inside the cluster, on addresses of their own. Whether the cluster or the student
 * chose that address cannot be seen: it is given before anything is admitted.
 */
export function servicePolicy({ className }: KnownClass): PolicySpec {
  return {
    ...inNamespacesOf(className, [{ apiGroups: [""], resources: ["services"] }]),
    validations: [
      {
        expression: 'object.spec.?type.orValue("ClusterIP") == "ClusterIP"',
        message: "a student's Service is of type ClusterIP; use kubectl port-forward to reach it from outside",
      },
      {
        expression:
          "(!has(object.spec.externalIPs) || size(object.spec.externalIPs) == 0) && " +
          '!has(object.spec.loadBalancerIP) && object.spec.?externalName.orValue("") == ""',
        message: "remove externalIPs, loadBalancerIP and externalName: a Service takes no address that others use",
      },
    ],
  };
}
