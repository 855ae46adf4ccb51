import { tearDown } from "../../../operations/destroy/tear-down";
import { courseOf, labOf, namespace, quietProgress, smallCluster } from "./small-lab";

const config = { kind: "ConfigMap", namespace, name: "config", inputs: {} };
const made = { kind: "Namespace", namespace: undefined, name: namespace, inputs: {} };
const options = { infrastructure: false, agreed: false };

/** A course whose destruction deletes no data of the provisioner's classes. */
function courseLab(cluster = smallCluster()) {
  const [said, change] = [[] as string[], jest.fn(() => Promise.resolve())];
  const stack = courseOf(made, config);
  const pulumi = { state: () => Promise.resolve(stack.state), change };
  return { said, change, lab: labOf(cluster, [stack], { pulumi, progress: quietProgress(said) }) };
}

test("nothing is destroyed before it was asked for, also where no data goes", async () => {
  const { lab, change } = courseLab();
  await expect(tearDown(lab, options)).rejects.toMatchObject({
    message: expect.stringContaining("This destroys course") as string,
    remedy: "Agree to it with --yes.",
  });
  expect(change).not.toHaveBeenCalled();
  await tearDown(lab, { ...options, agreed: true });
  expect(change).toHaveBeenCalledTimes(1);
});

test("data that goes with a namespace is named, whoever provisioned it", async () => {
  const cluster = smallCluster()
    .add("PersistentVolume", {
      metadata: { name: "pv", annotations: { "pv.kubernetes.io/provisioned-by": "disk.example.org" } },
      spec: {
        persistentVolumeReclaimPolicy: "Delete",
        storageClassName: "disk",
        claimRef: { namespace, name: "students", uid: "1" },
      },
    })
    .add("PersistentVolumeClaim", { metadata: { name: "students", namespace, uid: "1" } });
  const { lab, said, change } = courseLab(cluster);
  await expect(tearDown(lab, options)).rejects.toThrow("deletes the data of shiqi/students for good");
  expect(said.join("\n")).toContain("disk: the data of shiqi/students is deleted, for good");
  expect(change).not.toHaveBeenCalled();
});
