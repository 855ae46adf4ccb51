import * as pulumi from "@pulumi/pulumi";
import { MysqlStatefulSet } from "../../../components/index";
import { COURSE_NAMES } from "../course-names";
import type { Section } from "../section";
import { templateClaims } from "./dynamic-claim";

const REPLICAS = 3;

/** Three databases, each with a claim of its own. */
export const mysql: Section = {
  claims: (_, { namespace, mysql: { name, template } }) => templateClaims(namespace, template, name, REPLICAS),
  make({ config, names, namespace, provider }) {
    const { name, template } = names.mysql;
    const database = new MysqlStatefulSet(
      COURSE_NAMES.mysql.name,
      {
        statefulSetName: name,
        serviceName: name,
        namespace,
        replicas: REPLICAS,
        image: config.mysqlImage,
        readyWithin: config.readyWithin,
        rootPassword: new pulumi.Config().requireSecret("mysqlRootPassword"),
        storage: { template: { name: template, capacity: "10Gi", storageClassName: config.storageClass } },
      },
      { provider },
    );
    return { statefulSet: database.statefulSetName, host: database.host, secret: database.secretName };
  },
};
