import { REAL_NAME } from "../../../../components/index";
import { classFigures } from "../../../../operations/page/model/class-figures";
import { pictureOf } from "../../../../operations/page/model/picture";
import { trim } from "../../../../operations/page/server/trimmed";
import { SECTION_MARK } from "../../../../stacks/mark-names";
import { smallScene } from "../../../support/page-class";
import { namespaceOf, NOW, podOf, volumeOf } from "../../../support/page-objects";

test("nothing that the page shows is trimmed away", () => {
  const whole = smallScene();
  whole.objects.pods.push(podOf("school-bob/again", { claim: "work", restarts: 2 }));
  const trimmed = structuredClone({ objects: whole.objects, facts: whole.facts });
  for (const pod of trimmed.objects.pods) trim("Pod", pod);
  for (const volume of trimmed.objects.volumes) trim("PersistentVolume", volume);
  for (const namespace of trimmed.objects.namespaces) trim("Namespace", namespace);
  for (const set of trimmed.objects.workloads) trim("StatefulSet", set);
  const before = pictureOf(whole.objects, whole.facts, NOW);
  expect(pictureOf(trimmed.objects, trimmed.facts, NOW)).toEqual(before);
  expect(classFigures({ groups: before.groups, grades: {} })[0]).toMatchObject({ restarted: 1 });
});

test("of the annotations only those are kept that are read", () => {
  const volume = volumeOf("pv", { section: "redis" });
  const namespace = namespaceOf("school-bob", { className: "school", name: "bob", realName: "Bob" });
  const plain = volumeOf("other");
  volume.metadata!.annotations = { ...volume.metadata?.annotations, other: "x".repeat(1000) };
  plain.metadata!.annotations = { other: "x" };
  trim("PersistentVolume", volume);
  trim("PersistentVolume", plain);
  trim("Namespace", namespace);
  expect(volume.metadata?.annotations).toEqual({ [SECTION_MARK]: "redis" });
  expect(plain.metadata?.annotations).toBeUndefined();
  expect(namespace.metadata?.annotations).toEqual({ [REAL_NAME]: "Bob" });
});

test("a line is of the section of its volume, claim or workload", () => {
  const { objects, facts } = smallScene();
  const [set] = objects.workloads;
  set!.metadata!.annotations = { [SECTION_MARK]: "dynamicProvisioning" };
  const { lines } = pictureOf(objects, facts, NOW);
  expect(lines["volume/pv-shiqi-redis"]?.section).toBe("redis");
  // Neither the claim of a template nor its volume is marked, but the StatefulSet is.
  expect(lines["volume/pvc-template"]?.section).toBe("dynamicProvisioning");
  expect(lines["claim/default/mysql-pvc"]?.section).toBeUndefined();
  expect(lines["volume/school-bob.redis"]?.section).toBeUndefined();
});
