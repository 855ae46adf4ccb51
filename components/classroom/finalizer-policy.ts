import { inNamespacesOf, type KnownClass, type PolicySpec } from "./admission-policy";
import { STUDENTS_OBJECTS } from "./student-role";

/**
 * What students make goes when it is deleted: a finalizer that nobody removes would keep it, and its namespace, for ever.
 * Also in templates of pods and of claims, from which controllers copy them.
 */
export function finalizerPolicy({ className }: KnownClass): PolicySpec {
  return {
    ...inNamespacesOf(className, STUDENTS_OBJECTS),
    validations: [
      {
        expression:
          "!has(object.metadata.finalizers) || object.metadata.finalizers.all(f, " +
          '(request.resource.resource == "pods" && f == "batch.kubernetes.io/job-tracking") || ' +
          '(request.resource.resource == "persistentvolumeclaims" && f == "kubernetes.io/pvc-protection") || ' +
          '(request.operation == "UPDATE" && has(oldObject.metadata.finalizers) && f in oldObject.metadata.finalizers))',
        message: "a student adds no finalizers: remove them",
      },
    ],
  };
}
