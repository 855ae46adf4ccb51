import { studentVolume } from "../../components/index";

/** Where a student works: names and addresses that the exercises' texts and checks name. */
export interface Place {
  className: string;
  /** Name of the student, as the class has it. */
  student: string;
  namespace: string;
  /** The NAS, as volumes name it. */
  server: string;
  /** The student's directory on it: each own volume and `claims` are in it. */
  directory: string;
  /** Last names of the volumes that the student may make. */
  volumes: string[];
  /** Class of dynamic claims; undefined where the class has none. */
  storageClass?: string;
  /** Image of Redis, which has a shell, too. */
  image: string;
  /** uid of the student on the NAS. */
  uid: number;
}

/** One of the volumes that the student may make. */
export interface OwnVolume {
  /** Of the PersistentVolume. */
  name: string;
  /** Of the directory, below the student's. */
  directory: string;
  /** On the NAS. */
  path: string;
}

/**
 * @param number From 1.
 * @returns undefined where the class has not so many.
 */
export function ownVolume({ namespace, directory, volumes }: Place, number: number): OwnVolume | undefined {
  const volume = volumes[number - 1];
  if (volume === undefined) return undefined;
  return { name: studentVolume(namespace, volume), directory: volume, path: `${directory}/${volume}` };
}
