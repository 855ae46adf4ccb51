import * as pulumi from "@pulumi/pulumi";
import { StudentLab, studentNamespace } from "../../components/index";
import { clusterProvider, findCluster } from "../cluster-provider";
import { markObjects } from "../object-marks";
import { ownObjects } from "../own-state";
import { runPreflight } from "../preflight/run";
import { type ClassValues, requireClass } from "./class-outputs";
import { shardPlan } from "./class-plans";
import { passwordOf } from "./class-secret";
import { shardRemedy } from "./classroom-remedy";
import type { ShardConfig } from "./shard-schema";
import { requireStudents, type Student } from "./students";

/**
 * The labs of a shard's students, who are those that the record of the class has in it.
 *
 * @param chosen Names of those whose resources are registered, in a run that is limited to them (`--target`): Pulumi then
 * leaves the others' as they are. @default all
 */
export async function shard(config: ShardConfig, chosen?: string[]): Promise<Record<string, pulumi.Input<unknown>>> {
  const values = await requireClass(config.classStack);
  const record = requireStudents(values.students, values.class);
  const students = record.students.filter((each) => each.shard === config.shard);
  checkPrepared(students, values, config.classStack);
  const own = await ownObjects();
  const cluster = await findCluster("shard", config);
  const namespaces = students.map(({ name }) => studentNamespace(values.class, name));
  await runPreflight(cluster.reader, shardPlan(namespaces), own);
  markObjects(shardRemedy);

  const provider = clusterProvider(cluster);
  const secret = pulumi.secret(
    new pulumi.StackReference(config.classStack).requireOutput("secret") as pulumi.Output<string>,
  );
  // Pulumi notes for each resource where the program made it. With the TypeScript loaders' mapping of these places that is a
  // quarter of the program's time.
  delete (Error as { prepareStackTrace?: unknown }).prepareStackTrace;
  process.setSourceMapsEnabled(false);
  for (const student of students.filter(({ name }) => chosen?.includes(name) ?? true)) {
    const namespace = studentNamespace(values.class, student.name);
    new StudentLab(
      student.name,
      {
        className: values.class,
        studentName: student.name,
        realName: student.realName,
        uid: student.uid,
        capacity: student.capacity ?? values.capacity,
        server: values.server,
        path: values.path,
        volumes: values.volumes,
        role: values.role,
        storageClass: values.storageClass,
        claimClasses: values.claimClasses,
        dnsServers: values.dnsServers,
        podSecurity: values.podSecurity,
        compute: values.compute,
        redisImage: values.redisImage,
        password: secret.apply((text) => passwordOf(text, namespace, student.generation)),
      },
      { provider },
    );
  }
  return {
    cluster: cluster.identity,
    class: values.class,
    shard: config.shard,
    students: students.map(({ name }) => name),
  };
}

/** Throws, before anything is registered, where the class's stack has not made what is recorded of the students. */
function checkPrepared(students: Student[], { uids, capacities }: ClassValues, classStack: string): void {
  const late = students.filter(({ name, uid, capacity }) => uids[name] !== uid || capacities[name] !== capacity);
  if (late.length === 0) return;
  throw new pulumi.RunError(
    `The stack ${classStack} has not made the directories, or not with the capacity recorded, of ` +
      `${late.map(({ name }) => name).join(", ")}; nothing was changed. Run first: pulumi up -s ${classStack}`,
  );
}
