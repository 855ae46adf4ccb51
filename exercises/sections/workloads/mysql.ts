import { randomUUID } from "node:crypto";
import type { V1Pod } from "@kubernetes/client-node";
import type { Context, Exercise } from "../../runner/exercise";
import { Failure } from "../../runner/failure";
import { nfsMountAt, parseMounts } from "../../cluster/mounts";
import { boundPair, claimMountedAt, nfsOf } from "../../cluster/volumes";
import { readyWorkload, replacePods, workloadLabel, type WorkloadRef } from "../../cluster/workloads";
import type { Settings } from "../../runner/course-settings";

const folder = "/var/lib/mysql";

/** The database that the exercise creates in each replica, and drops. */
const database = "storage_lab_exercise";

const divider = "-- mounts --";

/** The course's number of replicas; each is an independent database. */
const replicas = 3;

/**
 * Runs SQL as root. The password is taken from the pod's environment, and is not in an argument that `ps` or an API
 * server's log could show.
 */
function sql(statements: string): string {
  return `client=$(command -v mysql || command -v mariadb) || { echo 'no mysql and no mariadb in the image' >&2; exit 1; }
MYSQL_PWD=$MYSQL_ROOT_PASSWORD "$client" --user=root --batch --skip-column-names <<'SQL'
${statements}
SQL`;
}

const drop = `DROP DATABASE IF EXISTS ${database};`;

/** A database in a StatefulSet: a claim for each replica, and rows that survive the pods. */
export const mysql: Exercise = {
  id: "mysql",
  section: "workloads",
  covers: ["mysql"],
  title: "Three databases, each on its own claim, keep their rows when their pods are deleted",
  proves: "a StatefulSet gives each replica its own claim, and the pod that replaces another gets the same claim",
  readOnly: false,
  timeoutSeconds: 900,
  touches: (settings) => [workloadLabel(theSet(settings))],
  async run(context) {
    const set = await readyWorkload(context, theSet(context.settings));
    if (set.pods.length < replicas) {
      throw new Failure(
        `${workloadLabel(set)} has ${set.pods.length} replicas, but the course's has ${replicas}`,
        `run \`kubectl scale statefulset ${set.name} -n ${set.namespace} --replicas=${replicas}\``,
      );
    }
    context.afterwards(`dropping the database ${database}`, async (afterwards) => {
      const { pods } = await readyWorkload(afterwards, set);
      await Promise.all(pods.map((pod) => inside(afterwards, pod, sql(drop))));
    });

    const words = new Map(set.pods.map((pod) => [pod.metadata?.name, randomUUID()]));
    await Promise.all(set.pods.map((pod) => write(context, pod, words.get(pod.metadata?.name) ?? "")));
    const start = Date.now();
    const after = await replacePods(context, set);
    context.saw("all pods deleted at once", `all Ready again after ${((Date.now() - start) / 1000).toFixed(1)} s`);
    await Promise.all(after.pods.map((pod) => read(context, pod, words.get(pod.metadata?.name) ?? "")));
  },
};

function theSet({ courseNamespace, mysql: name }: Settings): WorkloadRef<"StatefulSet"> {
  return { kind: "StatefulSet", namespace: courseNamespace, name };
}

function inside(context: Context, { metadata }: V1Pod, script: string): Promise<string> {
  return context.shell(metadata?.namespace ?? "", metadata?.name ?? "", script);
}

async function write(context: Context, pod: V1Pod, word: string): Promise<void> {
  const { name, uid } = pod.metadata ?? {};
  const statements = [
    `${drop} CREATE DATABASE ${database}; USE ${database};`,
    "CREATE TABLE proof (pod VARCHAR(63), word CHAR(36));",
    `INSERT INTO proof VALUES ('${name}', '${word}');`,
    "SELECT VERSION();",
  ];
  const version = await inside(context, pod, sql(statements.join("\n")));
  context.saw(`${name}, pod uid ${uid}`, `${version}: wrote the row (${name}, ${word})`);
}

/** Shows that the row exists and no other, and that the data is on the replica's own claim. */
async function read(context: Context, pod: V1Pod, word: string): Promise<void> {
  const { name = "", namespace = "", uid } = pod.metadata ?? {};
  const claim = claimMountedAt(pod, folder);
  if (!claim?.endsWith(`-${name}`)) {
    throw new Failure(
      `Pod ${namespace}/${name} should have a claim of its own at ${folder}, but has ${claim ?? "none"}`,
    );
  }
  const { volume } = await boundPair(context, namespace, claim);
  const output = await inside(
    context,
    pod,
    `${sql(`SELECT pod, word FROM ${database}.proof;`)}\necho '${divider}'\ncat /proc/mounts`,
  );
  const [rows = "", mounts = ""] = output.split(divider);
  const found = rows.trim().replaceAll("\t", ", ").replaceAll("\n", "; ");
  context.saw(`${name}, pod uid ${uid}`, `read (${found}); claim ${claim} → ${volume.metadata?.name}`);
  context.saw(`mount of ${name}`, nfsMountAt(parseMounts(mounts), folder, nfsOf(volume)));
  if (found !== `${name}, ${word}`) {
    throw new Failure(`the new Pod ${namespace}/${name} should have the row (${name}, ${word}), but has (${found})`);
  }
}
