import { z } from "zod";
import { mountOptionsError } from "../components/index";
import { COURSE_PROFILE } from "./course/course-profile";
import { dnsLabel, image, labelValue, OWN_NAMESPACE } from "./fields";

/** Mount options, each an entry of its own; whether a node knows them is proven there. */
export const mountOptions = z.array(z.string()).superRefine((options, context) => {
  const error = mountOptionsError(options);
  if (error !== undefined) context.addIssue({ code: "custom", message: `are no mount options: ${error}` });
});

/** Name of a label, perhaps with a domain before it. */
const LABEL_KEY = /^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?$/;

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
    .record(z.string(), labelValue)
    .superRefine((labels, context) => {
      for (const key of Object.keys(labels).filter((each) => !LABEL_KEY.test(each))) {
        context.addIssue({
          code: "custom",
          path: [key],
          message: `has a key that is not the name of a label such as pool or school.lan/pool`,
        });
      }
    })
    .optional()
    .describe("Labels of the nodes that are proven. Default: all nodes"),
});
