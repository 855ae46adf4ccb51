import * as pulumi from "@pulumi/pulumi";
import { MysqlStatefulSet } from "../../../components/index";
import type { Section } from "../section";
import { templateClaims } from "./dynamic-claim";

/** Three databases, each with a claim of its own. */
export const mysql: Section = {
  claims: ({ namespace }) => templateClaims(namespace, "data", "mysql", 3),
  make({ config, namespace, provider }) {
    const database = new MysqlStatefulSet(
      "mysql",
      {
        statefulSetName: "mysql",
        serviceName: "mysql",
        namespace,
        replicas: 3,
        image: config.mysqlImage,
        readyWithin: config.readyWithin,
        rootPassword: new pulumi.Config().requireSecret("mysqlRootPassword"),
        storage: { template: { name: "data", capacity: "10Gi", storageClassName: config.storageClass } },
      },
      { provider },
    );
    return { statefulSet: database.statefulSetName, host: database.host, secret: database.secretName };
  },
};
