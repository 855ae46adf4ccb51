import { z } from "zod";

/** How a config names its cluster. */
export const clusterFields = {
  kubeconfig: z
    .string()
    .min(1)
    .optional()
    .describe("Path of a kubeconfig file. Default: $KUBECONFIG, else ~/.kube/config"),
  context: z.string().min(1).optional().describe("Context of the kubeconfig. Default: its current one"),
};
