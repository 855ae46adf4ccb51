import type { NasDirectory } from "./nas";

/** The StatefulSet that several exercises are about, by its names. */
export const DYNAMIC_SET = { name: "store", template: "data", replicas: 2 };

/** The directory of a claim that it has made for its pod. */
export function dynamicDirectory(index: number): NasDirectory {
  const claim = `${DYNAMIC_SET.template}-${DYNAMIC_SET.name}-${index}`;
  return { claim, directory: `claims/${claim}` };
}
