import { dnsLabelError, shortLabelError } from "../object-name";

/** Label of all that is a class's; its value is the class's name. */
export const CLASS_LABEL = "storage-lab.example/class";
/** Label of all that is a student's; its value is the student's name. */
export const STUDENT_LABEL = "storage-lab.example/student";
/** Annotation of a student's namespace: the name as people write it. */
export const REAL_NAME = "storage-lab.example/student-name";

/** ServiceAccount whose tokens students work with, in their namespace. */
export const STUDENT_ACCOUNT = "student";

/** Volume of the Redis that the teacher makes, by its last name. */
export const REDIS_VOLUME = "redis";

/** Volumes that students may make themselves, by their last names. */
export const OWN_VOLUMES = ["own-1", "own-2", "own-3"];

/**
 * What every student may `attend`, and nobody else but those who may do everything: there is no such kind, it tells whether
 * somebody is a student of a class, exactly, where the name of their namespace could also be one of another class.
 */
export const ATTENDANCE = { group: "storage-lab.example", resource: "classes", verb: "attend" };

/** The namespace of a student. */
export function studentNamespace(className: string, studentName: string): string {
  return `${className}-${studentName}`;
}

/** A student's PersistentVolume: a namespace has no "." in its name, so no student's names begin with another's. */
export function studentVolume(namespace: string, volume: string): string {
  return `${namespace}.${volume}`;
}

/** Directory of a student's volume, below that of the class. */
export function studentDirectory(classPath: string, namespace: string, volume: string): string {
  return `${classPath}/${namespace}/${volume}`;
}

/** Why a class and a student cannot be called so. */
export function studentNameError({
  className,
  studentName,
}: {
  className: string;
  studentName: string;
}): string | undefined {
  const namespace = studentNamespace(className, studentName);
  const error = classNameError(className) ?? dnsLabelError(studentName);
  if (error !== undefined || namespace.length <= 63) return error;
  return (
    `the namespace "${namespace}" has ${namespace.length} characters, and may have 63: give the student a name of ` +
    `at most ${62 - className.length}`
  );
}

/** Why a class cannot be called so: a student's name follows it, with a dash. */
export function classNameError(className: string): string | undefined {
  return shortLabelError(className, 40, "with a dash and the student's name it is the name of a namespace");
}

/** Why volumes cannot have these last names. */
export function volumesError(volumes: string[]): string | undefined {
  if (volumes.length === 0) return "students could make no volume: name one, such as own-1";
  if (volumes.includes(REDIS_VOLUME))
    return `"${REDIS_VOLUME}" is the volume of the teacher's Redis: take another name`;
  const twice = volumes.find((volume, index) => volumes.indexOf(volume) < index);
  if (twice !== undefined) return `"${twice}" is named twice`;
  return volumes.map((volume) => dnsLabelError(volume)).find((error) => error !== undefined);
}
