import { inNamespacesOf, type KnownClass, literal, type PolicySpec } from "./admission-policy";
import { REDIS_VOLUME } from "./class-names";

/**
 * Claims in the namespaces of a class: of a class that its students may use, or without class for a volume of their own. A
 * claim without class and volume takes any free volume of the cluster, and `volumeName` can be set later, too.
 */
export function claimPolicy({ className, volumes, claimClasses }: KnownClass): PolicySpec {
  const classes = claimClasses.length === 0 ? "" : `name a class (${claimClasses.join(", ")}), or `;
  return {
    ...inNamespacesOf(className, [{ apiGroups: [""], resources: ["persistentvolumeclaims"] }]),
    variables: [
      { name: "class", expression: 'object.spec.?storageClassName.orValue("")' },
      { name: "volume", expression: 'object.spec.?volumeName.orValue("")' },
      {
        name: "own",
        expression: `${literal([...volumes, REDIS_VOLUME])}.map(v, request.namespace + "." + v)`,
      },
    ],
    validations: [
      {
        expression: `request.operation == "UPDATE" && oldObject.spec.?storageClassName.orValue("") == variables.class || variables.class in ${literal(claimClasses)} || (variables.class == "" && variables.volume in variables.own)`,
        message: "a student's claim names a class that is for students, or a volume of the student",
        messageExpression: `"a claim of class \\"" + variables.class + "\\" could take a volume that is not yours: ${classes}storageClassName \\"\\" and as volumeName one of " + variables.own.join(", ")`,
      },
      {
        expression: `variables.volume == "" || variables.volume in variables.own || (request.operation == "UPDATE" && oldObject.spec.?volumeName.orValue("") == variables.volume)`,
        message: "a student's claim names no volume but the student's",
        messageExpression: `"volumeName " + variables.volume + " is not yours: leave it out, or name one of " + variables.own.join(", ")`,
      },
      {
        // It counts in place of storageClassName.
        expression: `!has(object.metadata.annotations) || !("volume.beta.kubernetes.io/storage-class" in object.metadata.annotations)`,
        message: "remove the annotation volume.beta.kubernetes.io/storage-class, and write spec.storageClassName",
      },
      {
        expression: "!has(object.spec.dataSource) && !has(object.spec.dataSourceRef)",
        message: "a student's claim begins empty: remove dataSource and dataSourceRef",
      },
    ],
  };
}
