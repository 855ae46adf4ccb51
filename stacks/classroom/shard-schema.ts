import { z } from "zod";
import { clusterFields } from "../cluster-fields";

/** The key `shard`: some of the students of a class. */
export const shardSchema = z.strictObject({
  ...clusterFields,
  classStack: z
    .string()
    .regex(/^([\w.-]+\/){0,2}[\w.-]+$/, { error: "is not a stack's name such as classroom-school" })
    .describe("Stack of the class; all but the cluster comes from there"),
  shard: z.int().min(1).describe("Number of the shard: which of the recorded students are in it"),
});

export type ShardConfig = z.output<typeof shardSchema>;
