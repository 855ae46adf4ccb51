import type { ClusterObject } from "../object-marks";

/** How to give an object of a class another name, when one of its name is there and not the class's. */
export function classroomRemedy({ kind }: Omit<ClusterObject, "name">): string {
  return kind === "StorageClass"
    ? "Name another one as storage-lab:classroom.storageClass, or delete it."
    : "Give the class another name (storage-lab:classroom.class), or delete it.";
}

/** The same of a student's. */
export function shardRemedy({ kind }: Omit<ClusterObject, "name">): string {
  return kind === "Namespace"
    ? "Give the student another label in the roster, or delete it."
    : "It is in the way of the student whose name it has: delete it, or give the student another label in the roster.";
}
