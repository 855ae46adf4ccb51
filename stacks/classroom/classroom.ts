import * as pulumi from "@pulumi/pulumi";
import { Classroom, PodFirewall, REDIS_VOLUME, StudentDirectories, studentNamespace } from "../../components/index";
import { clusterProvider, findCluster } from "../cluster-provider";
import { checkLogin, hostConnection } from "../host-connection";
import { markObjects } from "../object-marks";
import { ownObjects } from "../own-state";
import { runPreflight } from "../preflight/run";
import { readClassInfrastructure } from "./class-infrastructure";
import { capacitiesOf, type ClassOutputs, type ClassValues, sharedValues, uidsOf } from "./class-outputs";
import { classroomPlan } from "./class-plans";
import { classroomRemedy } from "./classroom-remedy";
import { secretIdOf } from "./class-secret";
import { type ClassroomConfig, storageClassOf, studentsFileOf } from "./classroom-schema";
import { requireStudents } from "./students";

/**
 * What a class has once: the students' directories with their limits, the nodes' firewall, the students' rights, the
 * admission policies, the CSI class. Its outputs are all that the shards need next to the recorded students.
 */
export async function classroom(
  config: ClassroomConfig,
): Promise<{ [K in keyof ClassOutputs]: pulumi.Input<ClassOutputs[K]> }> {
  const file = studentsFileOf(config, pulumi.getStack());
  const record = requireStudents(file, config.class);
  const own = await ownObjects();
  const cluster = await findCluster("classroom", config);
  const infrastructure = await readClassInfrastructure(config);
  const { nas, nodes, exportPath, server, mountOptions, servers } = infrastructure;
  await runPreflight(cluster.reader, classroomPlan(config, infrastructure), own);
  checkLogin(nas, config.infrastructureStack, nodes);
  markObjects(classroomRemedy);

  const { class: className, capacity, inodes, volumes, quota, generation, onDelete } = config;
  const directories = new StudentDirectories("directories", {
    connection: hostConnection(nas),
    exportPath,
    className,
    students: record.students.map((student) => ({
      namespace: studentNamespace(className, student.name),
      uid: student.uid,
      capacity: student.capacity ?? capacity,
      inodes,
    })),
    volumes: [REDIS_VOLUME, ...volumes],
    quota,
    generation,
    onDelete,
  });
  const firewalls = nodes.map(
    (node, index) =>
      new PodFirewall(node.name ?? `node-${index + 1}`, {
        connection: hostConnection(node),
        addresses: servers,
        generation,
      }),
  );
  const storageClass = storageClassOf(config);
  const made = new Classroom(
    "classroom",
    {
      className,
      server,
      path: directories.path,
      volumes,
      storageClass: storageClass !== undefined && {
        name: storageClass,
        driverName: infrastructure.csiDriver,
        mountOptions,
      },
      claimClasses: config.otherClasses,
      priorityClasses: config.priorityClasses,
    },
    { provider: clusterProvider(cluster, { dependsOn: [directories, ...firewalls] }) },
  );

  const secret = new pulumi.Config().requireSecret("classSecret");
  const known = {
    ...sharedValues(config),
    server,
    mountOptions,
    students: file,
    uids: uidsOf(record),
    capacities: capacitiesOf(record),
    storageClass,
    claimClasses: [...(storageClass === undefined ? [] : [storageClass]), ...config.otherClasses],
  };
  const checks = pulumi.all([directories.check, ...firewalls.map(({ check }) => check)]);
  return {
    cluster: cluster.identity,
    classroom: pulumi
      .all([directories.path, made.role, pulumi.unsecret(secret.apply(secretIdOf)), checks])
      .apply<ClassValues>(([path, role, secretId]) => ({ ...known, path, role, secretId })),
    secret,
    hostChecks: checks,
  };
}
