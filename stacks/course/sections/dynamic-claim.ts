import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { AccessMode, ProvisionedClaim } from "../../../components/index";
import { COURSE_NAMES } from "../course-names";
import type { SectionContext, Section } from "../section";

const { exampleNamespace } = COURSE_NAMES;
const { claim: name } = COURSE_NAMES.dynamicExample;

/** A claim of the course's size, whose volume the provisioner makes. */
export function dynamicClaim(
  { config, provider }: SectionContext,
  claimName: string,
  namespace: pulumi.Input<string>,
  accessMode: AccessMode,
): k8s.core.v1.PersistentVolumeClaim {
  return new k8s.core.v1.PersistentVolumeClaim(
    claimName,
    {
      metadata: { name: claimName, namespace },
      spec: {
        accessModes: [accessMode],
        resources: { requests: { storage: "64Mi" } },
        storageClassName: config.storageClass,
      },
    },
    { provider },
  );
}

/** The example of a claim whose volume a provisioner makes; in `default`, as the course has it. */
export const dynamicExample: Section = {
  claims: () => [{ namespace: exampleNamespace, name }],
  make(context) {
    const claim = dynamicClaim(context, name, exampleNamespace, "ReadWriteOnce");
    return { claim: claim.metadata.name };
  },
};

/** The claims that a StatefulSet's template makes: `<template>-<pod>`, one a replica. */
export function templateClaims(
  namespace: string,
  template: string,
  statefulSet: string,
  replicas: number,
): ProvisionedClaim[] {
  return Array.from({ length: replicas }, (_, index) => ({ namespace, name: `${template}-${statefulSet}-${index}` }));
}
