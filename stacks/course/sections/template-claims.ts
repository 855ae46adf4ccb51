import type { ProvisionedClaim } from "../../../components/storage/path-pattern";

/** The claims that a StatefulSet's template makes: `<template>-<pod>`, one a replica. */
export function templateClaims(
  namespace: string,
  template: string,
  statefulSet: string,
  replicas: number,
): ProvisionedClaim[] {
  return Array.from({ length: replicas }, (_, index) => ({ namespace, name: `${template}-${statefulSet}-${index}` }));
}
