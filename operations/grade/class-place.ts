import { studentNamespace } from "../../components/index";
import type { Place } from "../../grading/runner/place";
import { type ClassLab, requireMade } from "../class/class-lab";

/** Where a student of the class works. */
export function placeOf(
  { settings, made, stack, record }: Pick<ClassLab, "settings" | "made" | "stack" | "record">,
  student: string,
): Place {
  const { server, path, volumes, storageClass, redisImage } = requireMade({ made, stack });
  const namespace = studentNamespace(settings.class, student);
  return {
    className: settings.class,
    student,
    namespace,
    server,
    directory: `${path}/${namespace}`,
    volumes,
    storageClass,
    image: redisImage,
    uid: record.students.find(({ name }) => name === student)?.uid ?? 0,
  };
}
