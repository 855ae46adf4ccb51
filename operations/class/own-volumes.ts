import { studentNamespace } from "../../components/index";
import type { RemovedStudent, Student } from "../../stacks/classroom/students";
import type { ClassLab } from "./class-lab";

/**
 * Deletes the PersistentVolumes that students made themselves, of which no stack knows; their directories on the NAS stay.
 * Of somebody who left, they would wait for ever for a claim in a namespace that is gone.
 */
export async function removeOwnVolumes(
  { cluster, settings }: Pick<ClassLab, "cluster" | "settings">,
  students: (Student | RemovedStudent)[],
): Promise<void> {
  const namespaces = new Set(students.map(({ name }) => studentNamespace(settings.class, name)));
  const names = settings.volumes.map((volume) => `.${volume}`);
  for (const { metadata } of await cluster.list("PersistentVolume")) {
    const { name = "" } = metadata ?? {};
    const volume = names.find((each) => name.endsWith(each));
    if (volume !== undefined && namespaces.has(name.slice(0, -volume.length)))
      await cluster.remove("PersistentVolume", name);
  }
}
