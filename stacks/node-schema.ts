import { z } from "zod";
import { mountOptionsError } from "../components/index";
import { COURSE_PROFILE } from "./course/course-profile";
import { dnsLabel, image, labelValue, OWN_NAMESPACE } from "./fields";

/** Mount options, each an entry of its own; whether a node knows them is proven there. */
export const mountOptions = z.array(z.string()).superRefine((options, context) => {
  const error = mountOptionsError(options);
  if (error !== undefined) context.addIssue({ code: "custom", message: `are no mount options: ${error}` });
});

const toleration = z
  .strictObject({
    key: z.string().min(1).optional().describe("Key of the taint. Default: any"),
    operator: z.enum(["Equal", "Exists"]).default("Equal").describe("Equal compares the value, Exists does not"),
    value: labelValue.optional().describe("Value of the taint, with operator Equal"),
    effect: z.enum(["NoSchedule", "PreferNoSchedule", "NoExecute"]).optional().describe("Default: any"),
  })
  .refine(({ key, operator }) => key !== undefined || operator === "Exists", {
    path: ["key"],
    error: "is missing: name the taint's key, or set operator: Exists for all taints",
  })
  .refine(({ operator, value }) => operator === "Equal" || value === undefined, {
    path: ["value"],
    error: "has no meaning with operator Exists: take it out",
  });

/** The key `infrastructure.nodePods`: how nodes are proven that nobody logs in to. */
export const nodePodsSchema = z.strictObject({
  namespace: dnsLabel.default("nfs-node-proof").describe("Their namespace, which has to admit pods that run as root"),
  createNamespace: z.boolean().default(true).describe(OWN_NAMESPACE),
  image: image.default(COURSE_PROFILE.redisImage).describe("An image with a shell and the usual small tools"),
  controlPlane: z
    .boolean()
    .default(false)
    .describe("Whether nodes are proven too that a taint keeps for the control plane"),
  tolerations: z
    .array(toleration)
    .optional()
    .describe("Further taints whose nodes are proven. Default: none; nodes with others are left out"),
  nodeSelector: z
    .record(z.string().min(1), labelValue)
    .optional()
    .describe("Labels of the nodes that are proven. Default: all nodes"),
});

interface Infrastructure {
  nodePods?: z.output<typeof nodePodsSchema>;
  provisioner: { namespace: string; createNamespace: boolean };
  csi?: { namespace: string; createNamespace: boolean };
}

/** What is wrong with the pods on nodes next to the rest of the infrastructure. */
export function nodePodsErrors({ nodePods, provisioner, csi }: Infrastructure) {
  if (!nodePods?.createNamespace) return [];
  const taken = Object.entries({ provisioner, csi }).find(
    ([, other]) => other?.createNamespace && other.namespace === nodePods.namespace,
  );
  if (!taken) return [];
  const message = `is ${taken[0]}.namespace already: name another one, or set nodePods.createNamespace: false`;
  return [{ path: ["nodePods", "namespace"], message }];
}
