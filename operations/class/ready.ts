import { setTimeout as delay } from "node:timers/promises";
import type { V1StatefulSet } from "@kubernetes/client-node";
import { CLASS_LABEL, STUDENT_LABEL, studentNamespace } from "../../components/index";
import { Failure } from "../../exercises/runner/failure";
import type { Step } from "../../exercises/runner/progress";
import { ClusterView } from "../probe/cluster-view";
import type { DeclaredObject } from "../probe/declared";
import { failed, findingLine, SOON, type Finding, type Trouble } from "../probe/finding";
import { healthOf } from "../probe/judge";
import { Patience } from "../restore/patience";
import type { ClassroomConfig } from "../../stacks/classroom/classroom-schema";
import type { ClassLab } from "./class-lab";
import { counted } from "./apply-shards";
import { helpWorkloads, STATIC_CLAIM } from "./help-workloads";

/** Pause between two looks, in milliseconds. */
const PAUSE = 2000;
/** How many workloads that are not ready are looked at closely in one look. */
const SAMPLE = 8;
/** How long it may take until a further workload is ready, in seconds: a node pulls an image, or is away for a while. */
const STILL = 180;

/**
 * Waits until the Redis of these students are ready: once for all, with one list a look. What is waited for in vain is told
 * as soon as nothing else moves, with its cause.
 */
export async function waitUntilReady(lab: ClassLab, students: Set<string>, step: Step): Promise<void> {
  const patience = new Patience();
  const helped = new Set<string>();
  let least = Infinity;
  let moved = Date.now();
  for (;;) {
    const missing = notYetReady(lab, students, await workloads(lab));
    if (missing.length === 0) return;
    step.waiting(`${missing.length} Redis of ${new Set(missing.map(studentOf)).size} students to be ready`);
    if (missing.length < least) moved = Date.now();
    least = missing.length;
    const sample = missing.slice(0, SAMPLE);
    const findings = await troubles(lab, sample);
    await helpWorkloads(lab, [...patience.due(findings), ...(await claimTroubles(lab, sample))], helped, step);
    const lasting = patience.lasting(findings);
    const still = Date.now() - moved > STILL * 1000;
    // Those that are stuck must not hide others that are on their way.
    if (still || (lasting.length === sample.length && Date.now() - moved > 15_000)) {
      throw notReady(missing, lasting.length > 0 ? lasting : findings);
    }
    await delay(PAUSE);
  }
}

/** The Redis of students that are not ready, also those that are not there. */
function notYetReady({ settings }: ClassLab, students: Set<string>, sets: V1StatefulSet[]): V1StatefulSet[] {
  const found = new Map(sets.map((set) => [`${studentOf(set)}/${set.metadata?.name}`, set]));
  return [...students].flatMap((student) =>
    redisNames(settings).flatMap((name) => {
      const set = found.get(`${student}/${name}`);
      if (set) return isReady(set) ? [] : [set];
      const namespace = studentNamespace(settings.class, student);
      return [{ metadata: { name, namespace, labels: { [STUDENT_LABEL]: student } } }];
    }),
  );
}

/** The Redis that every student of a class has, by their StatefulSets' names. */
export const redisNames = ({ dynamic }: Pick<ClassroomConfig, "dynamic">): string[] =>
  dynamic ? [STATIC_CLAIM, "redis-dynamic"] : [STATIC_CLAIM];

/** All students' Redis of the class. */
export function workloads({ cluster, settings }: ClassLab, student?: string): Promise<V1StatefulSet[]> {
  const labels = `${CLASS_LABEL}=${settings.class},${STUDENT_LABEL}${student === undefined ? "" : `=${student}`}`;
  return cluster.list("StatefulSet", { labels });
}

export function isReady({ spec, status, metadata }: V1StatefulSet): boolean {
  const isSeen = (status?.observedGeneration ?? 0) >= (metadata?.generation ?? 0);
  return isSeen && (status?.readyReplicas ?? 0) >= (spec?.replicas ?? 1);
}

export function studentOf({ metadata }: V1StatefulSet): string {
  return metadata?.labels?.[STUDENT_LABEL] ?? "";
}

/** Why workloads are not ready, as far as it is known. */
export function troubles(lab: ClassLab, sets: V1StatefulSet[]): Promise<Finding[]> {
  const objects = sets.map(({ metadata }) => ({
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    namespace: metadata?.namespace,
    name: metadata?.name ?? "",
  }));
  return troublesOf(lab, objects);
}

/** The same of the claims that the Redis on static volumes wait for. */
function claimTroubles(lab: ClassLab, sets: V1StatefulSet[]): Promise<Finding[]> {
  const namespaces = new Set(sets.map(({ metadata }) => metadata?.namespace));
  const claim = { apiVersion: "v1", kind: "PersistentVolumeClaim", name: STATIC_CLAIM };
  return troublesOf(
    lab,
    [...namespaces].map((namespace) => ({ ...claim, namespace })),
  );
}

async function troublesOf(
  { cluster, stack }: ClassLab,
  of: Pick<DeclaredObject, "apiVersion" | "kind" | "namespace" | "name">[],
): Promise<Finding[]> {
  const objects = of.map((object) => ({ ...object, stack, inputs: {} }));
  const view = await ClusterView.load(cluster, objects);
  const found = await Promise.all(
    objects.map(async (object): Promise<Finding[]> => {
      const live = view.object(object);
      const trouble = live ? await healthOf(view, object.kind, live) : absent(object.kind);
      const title = `${object.kind} ${object.namespace}/${object.name}`;
      return trouble ? [failed(title, title, trouble)] : [];
    }),
  );
  return found.flat();
}

/** A claim may come with its pod; a StatefulSet was made, and somebody has deleted it. */
function absent(kind: string): Trouble | undefined {
  return kind === "StatefulSet" ? { reason: "it is not there", lastingAfter: SOON } : undefined;
}

function notReady(missing: V1StatefulSet[], findings: Finding[]): Failure {
  const students = [...new Set(missing.map(studentOf))];
  const shown = students.slice(0, 30).join(", ") + (students.length > 30 ? `, and ${students.length - 30} more` : "");
  const lines = findings.map(findingLine).join("\n");
  return new Failure(
    `the labs of ${counted(students.length)} are not ready: ${shown}\n${lines}`,
    "When the cause is gone: class up again; class status shows who is ready.",
  );
}
