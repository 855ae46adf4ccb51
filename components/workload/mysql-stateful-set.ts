import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { objectMeta } from "../metadata";
import { required } from "../required";
import { checkedPassword } from "./checked-password";
import { statefulService, type StatefulServiceArgs } from "./stateful-service";
import type { StatefulStorage } from "./stateful-storage";

export const DEFAULT_MYSQL_IMAGE = "mysql:8.0";

const PORT = 3306;

export interface MysqlStatefulSetArgs extends StatefulServiceArgs {
  /** Where `/var/lib/mysql` is. */
  storage: StatefulStorage;
  /**
   * Password of the database's root, kept in a Secret. A data directory keeps the one that it was made with: another one
   * here reaches only replicas that start on empty storage, and restarts no pod.
   */
  rootPassword: pulumi.Input<string>;
  /** Name of that Secret; its key is `root-password`. @default the StatefulSet's name */
  secretName?: pulumi.Input<string>;
  /** `mysql:8.0`, or another image with its environment and paths, such as MariaDB's. @default "mysql:8.0" */
  image?: pulumi.Input<string>;
}

/**
 * MySQL or MariaDB on storage of its own, to show what a StatefulSet gives a database: a name and a claim for each replica.
 * The replicas do NOT replicate: each is a database by itself, and what is written to one is in no other. So none waits
 * for another, and they start side by side.
 */
export class MysqlStatefulSet extends pulumi.ComponentResource {
  readonly statefulSetName: pulumi.Output<string>;
  readonly serviceName: pulumi.Output<string>;
  /** Name of the Secret with the root password, whose key is `root-password`. */
  readonly secretName: pulumi.Output<string>;
  /** DNS name of the first pod inside the cluster. */
  readonly host: pulumi.Output<string>;
  readonly statefulSet: k8s.apps.v1.StatefulSet;
  /** The headless Service. */
  readonly service: k8s.core.v1.Service;
  readonly secret: k8s.core.v1.Secret;

  constructor(name: string, args: MysqlStatefulSetArgs, opts?: pulumi.ComponentResourceOptions) {
    required(`MysqlStatefulSet ${name}`, args, {
      statefulSetName: true,
      serviceName: true,
      namespace: true,
      storage: true,
      rootPassword: true,
    });
    // What a component is given is part of the stack's state.
    const rootPassword = pulumi.secret(args.rootPassword);
    super("storage-lab:workload:MysqlStatefulSet", name, { ...args, rootPassword }, opts);
    this.secret = new k8s.core.v1.Secret(
      `${name}-password`,
      {
        metadata: objectMeta(
          { name: args.secretName ?? args.statefulSetName, namespace: args.namespace },
          args.metadata,
        ),
        stringData: {
          "root-password": checkedPassword(this, `rootPassword of MysqlStatefulSet ${name}`, rootPassword),
        },
      },
      { parent: this },
    );
    const made = statefulService(this, name, args, {
      port: { name: "mysql", port: PORT },
      podManagementPolicy: "Parallel",
      container: (dataVolume) => container(args.image ?? DEFAULT_MYSQL_IMAGE, dataVolume, this.secret.metadata.name),
    });
    this.statefulSetName = made.statefulSetName;
    this.serviceName = made.serviceName;
    this.secretName = this.secret.metadata.name;
    this.host = made.host;
    this.statefulSet = made.statefulSet;
    this.service = made.service;
    this.registerOutputs({
      statefulSetName: made.statefulSetName,
      serviceName: made.serviceName,
      host: made.host,
      secretName: this.secretName,
    });
  }
}

function container(
  image: pulumi.Input<string>,
  dataVolume: string,
  secretName: pulumi.Input<string>,
): k8s.types.input.core.v1.Container {
  // The images open the port when the data directory is made and not before, so that it is all a probe has to ask for,
  // and needs no password.
  const open = { tcpSocket: { port: PORT }, timeoutSeconds: 5 };
  return {
    name: "mysql",
    image,
    // A lesson's database is small; without these it takes some 400 MiB.
    args: ["--performance-schema=OFF", "--innodb-buffer-pool-size=64M"],
    env: [{ name: "MYSQL_ROOT_PASSWORD", valueFrom: { secretKeyRef: { name: secretName, key: "root-password" } } }],
    ports: [{ containerPort: PORT, name: "mysql" }],
    resources: { requests: { memory: "128Mi", cpu: "50m" }, limits: { memory: "512Mi" } },
    // Five minutes for the data directory to be made on slow storage.
    startupProbe: { ...open, periodSeconds: 5, failureThreshold: 60 },
    readinessProbe: { ...open, periodSeconds: 10 },
    livenessProbe: { ...open, periodSeconds: 20 },
    volumeMounts: [{ name: dataVolume, mountPath: "/var/lib/mysql" }],
  };
}
