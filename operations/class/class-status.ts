import Table from "cli-table3";
import { classObjects, studentOf } from "./class-objects";
import type { ClassLab } from "./class-lab";
import { isReady, redisNames } from "./ready";
import { usageOf } from "./student-storage";
import type { KubernetesObject, V1StatefulSet } from "@kubernetes/client-node";
import { shardStack } from "./shard-stacks";

/** How one student's lab fares. */
export interface StudentStatus {
  name: string;
  realName?: string;
  group?: string;
  /** The stack that makes the lab. */
  stack: string;
  state: "ready" | "not ready" | "missing" | "going";
  /** Redis that are ready, of those that every student has. */
  ready: number;
  workloads: number;
  /** Bytes in the student's directory, and how many fit; undefined where the NAS does not tell. */
  used?: number;
  limit?: number;
}

/** How each student's lab fares, with one list a kind and one look at the NAS. */
export async function classStatus(lab: ClassLab): Promise<StudentStatus[]> {
  const { settings, record, cluster, stack } = lab;
  const [objects, usage] = await Promise.all([classObjects(cluster, settings.class), usageOf(lab)]);
  const byStudent = Map.groupBy(objects, studentOf);
  const redis = redisNames(settings);
  return record.students.map(({ name, realName, group, shard }) => {
    const own = byStudent.get(name) ?? [];
    const namespace = own.find(({ kind }) => kind === "Namespace");
    const sets = own.filter(({ kind }) => kind === "StatefulSet") as V1StatefulSet[];
    const ready = redis.filter((each) => sets.some((set) => set.metadata?.name === each && isReady(set))).length;
    return {
      name,
      ...(realName !== undefined && { realName }),
      ...(group !== undefined && { group }),
      stack: shardStack(stack, shard),
      state: stateOf(namespace, ready === redis.length),
      ready,
      workloads: redis.length,
      ...usage.get(name),
    };
  });
}

function stateOf(namespace: KubernetesObject | undefined, isReady: boolean): StudentStatus["state"] {
  if (!namespace) return "missing";
  if (namespace.metadata?.deletionTimestamp) return "going";
  return isReady ? "ready" : "not ready";
}

/** The same for people; of more than a few, only those that need somebody. */
export function renderStatus(students: StudentStatus[], all: boolean): string {
  const chosen = all ? students : students.filter(({ state }) => state !== "ready");
  const counts = Map.groupBy(students, ({ state }) => state);
  const summary = [...counts].map(([state, { length }]) => `${length} ${state}`).join(", ");
  const head = `${students.length} students: ${summary || "none"}`;
  if (chosen.length === 0) return head;
  const table = new Table({
    head: ["student", "name", "group", "lab", "Redis", "data", "stack"],
    style: { head: [], border: [], compact: true },
  });
  for (const { name, realName = "", group = "", state, ready, workloads, used, limit, stack } of chosen) {
    table.push([name, realName, group, state, `${ready}/${workloads}`, dataOf(used, limit), stack]);
  }
  return `${table.toString()}\n${head}`;
}

function dataOf(used: number | undefined, limit: number | undefined): string {
  if (used === undefined) return "";
  const mebibytes = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MiB`;
  return limit ? `${mebibytes(used)} of ${mebibytes(limit)}` : mebibytes(used);
}
