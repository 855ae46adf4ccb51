import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { AccessMode, ProvisionedClaim } from "../../../components/index";
import { COURSE_NAMES } from "../course-names";
import type { SectionContext, Section } from "../section";

/** A claim of the course's size, whose volume the provisioner makes; or the CSI driver, for a class of that. */
export function dynamicClaim(
  { config, provider }: SectionContext,
  resourceName: string,
  claimName: string,
  namespace: pulumi.Input<string>,
  accessMode: AccessMode,
  storageClassName = config.storageClass,
): k8s.core.v1.PersistentVolumeClaim {
  return new k8s.core.v1.PersistentVolumeClaim(
    resourceName,
    {
      metadata: { name: claimName, namespace },
      spec: {
        accessModes: [accessMode],
        resources: { requests: { storage: "64Mi" } },
        storageClassName,
      },
    },
    { provider },
  );
}

/** The example of a claim whose volume a provisioner makes; in `default`, as the course has it. */
export const dynamicExample: Section = {
  claims: (_, { exampleNamespace, dynamicExample: { claim: name } }) => [{ namespace: exampleNamespace, name }],
  make(context) {
    const { claim: name } = context.names.dynamicExample;
    const claim = dynamicClaim(
      context,
      COURSE_NAMES.dynamicExample.claim,
      name,
      context.exampleNamespace,
      "ReadWriteOnce",
    );
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
