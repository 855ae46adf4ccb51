import { inNamespacesOf, type KnownClass, literal, type PolicySpec } from "./admission-policy";
import { STUDENT_ACCOUNT } from "./class-names";

/** Volumes of pods that lead to nothing but the namespace's own; Pod Security's baseline would also take inline nfs. */
const VOLUMES = ["persistentVolumeClaim", "configMap", "secret", "emptyDir", "projected", "downwardAPI", "ephemeral"];

/** Taints of nodes in trouble, for which the API server and others add tolerations themselves. */
const TOLERATED = ["not-ready", "unreachable", "memory-pressure"].map((taint) => `node.kubernetes.io/${taint}`);

/** What is counted by the quota; there may be devices and huge pages, too. */
const RESOURCES = ["cpu", "memory", "ephemeral-storage"];

/** Longest time that a pod may take to end, in seconds. */
const LONGEST_GRACE = 300;

/** Pods in the namespaces of a class, whoever makes them: nearly always a controller, from a student's template. */
export function podPolicy({ className, priorityClasses }: KnownClass): PolicySpec {
  const counted = (list: string) =>
    `(!has(c.resources.${list}) || c.resources.${list}.all(r, r in ${literal(RESOURCES)}))`;
  return {
    ...inNamespacesOf(className, [{ apiGroups: [""], resources: ["pods", "pods/ephemeralcontainers"] }]),
    variables: [
      {
        name: "containers",
        expression: "object.spec.containers + (has(object.spec.initContainers) ? object.spec.initContainers : [])",
      },
    ],
    validations: [
      {
        expression: `!has(object.spec.volumes) || object.spec.volumes.all(v, ${VOLUMES.map((kind) => `has(v.${kind})`).join(" || ")})`,
        message: `volumes of a student's pod are of type ${VOLUMES.join(", ")}: use the NAS by a claim`,
      },
      {
        expression: `!has(object.spec.volumes) || object.spec.volumes.all(v, !has(v.projected) || !has(v.projected.sources) || v.projected.sources.all(s, has(s.configMap) || has(s.secret) || has(s.downwardAPI) || (has(s.serviceAccountToken) && !has(s.serviceAccountToken.audience))))`,
        message:
          "a projected volume is made of configMap, secret, downwardAPI and serviceAccountToken without audience",
      },
      {
        expression: `request.operation != "CREATE" || object.spec.?nodeName.orValue("") == ""`,
        message: "the scheduler chooses the node: remove nodeName, and use nodeSelector",
      },
      {
        expression: `object.spec.?priorityClassName.orValue("") in ${literal(["", ...priorityClasses])}`,
        message: "a student's pod takes nobody's place: remove priorityClassName",
      },
      {
        expression: `!has(object.spec.tolerations) || object.spec.tolerations.all(t, t.?key.orValue("") in ${literal(TOLERATED)})`,
        message: `a student's pod tolerates no taints but ${TOLERATED.join(", ")}: remove tolerations`,
      },
      {
        // Its token would outlive the kubeconfig's.
        expression: `object.spec.?serviceAccountName.orValue("") != "${STUDENT_ACCOUNT}"`,
        message: `a pod does not work in the student's name: remove serviceAccountName ${STUDENT_ACCOUNT}`,
      },
      {
        expression: `variables.containers.all(c, !has(c.resources) || (${counted("limits")} && ${counted("requests")} && !has(c.resources.claims)))`,
        message: `a student's pod asks for ${RESOURCES.join(", ")} only: remove other resources`,
      },
      {
        expression: "!has(object.spec.resources) && !has(object.spec.resourceClaims)",
        message: "a student's pod has its resources in its containers, and no resourceClaims",
      },
      {
        expression: `object.spec.?terminationGracePeriodSeconds.orValue(30) <= ${LONGEST_GRACE}`,
        message: `terminationGracePeriodSeconds is at most ${LONGEST_GRACE}`,
      },
    ],
  };
}
