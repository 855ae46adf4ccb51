import { NfsProvisioner, type NfsProvisionerArgs } from "../../../components/storage/nfs-provisioner";
import { deploy, valueOf } from "../mocks";

const args = { server: "192.168.110.168", path: "/nfs" };
const make = (change: Partial<NfsProvisionerArgs> = {}) => new NfsProvisioner("provisioner", { ...args, ...change });

interface Meta {
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
}

test("labels and annotations are on all its objects, next to its own, and not on its pod", async () => {
  const metadata = { labels: { team: "storage", app: "mine" }, annotations: { "example.com/owner": "physics" } };
  const { resources, inputs } = await deploy(() => make({ metadata }));
  const [, ...objects] = resources;
  expect(objects).toHaveLength(7);
  for (const object of objects) {
    const { labels, annotations } = object.inputs.metadata as Meta;
    expect(labels).toMatchObject({ team: "storage" });
    expect(annotations).toEqual({ "example.com/owner": "physics" });
  }
  const deployment = inputs("kubernetes:apps/v1:Deployment", "provisioner-deployment");
  // Its own label wins, or its selector would find nothing.
  expect((deployment.metadata as Meta).labels).toEqual({ team: "storage", app: "nfs-client-provisioner" });
  const { template } = deployment.spec as { template: { metadata: Meta } };
  expect(template.metadata).toEqual({ labels: { app: "nfs-client-provisioner" } });
});

test("without them its objects have none but its own", async () => {
  const { resources } = await deploy(() => make());
  const labelled = resources
    .slice(1)
    .filter(({ inputs }) =>
      Object.keys(inputs.metadata as Meta).some((key) => key === "labels" || key === "annotations"),
    );
  expect(labelled.map(({ name }) => name)).toEqual(["provisioner-deployment"]);
});

test("its arguments are the component's inputs, and its objects are at hand", async () => {
  let made: NfsProvisioner | undefined;
  const { inputs } = await deploy(() => (made = make({ namespace: "storage" })));
  expect(inputs("storage-lab:storage:NfsProvisioner", "provisioner")).toEqual({ ...args, namespace: "storage" });
  expect(await valueOf(made!.deployment.metadata.name)).toBe("nfs-client-provisioner");
  expect(await valueOf(made!.account.metadata.namespace)).toBe("storage");
  expect(await valueOf(made!.namespace!.metadata.name)).toBe("storage");
  await deploy(() => (made = make({ namespace: "storage", createNamespace: false })));
  expect(made!.namespace).toBeUndefined();
});

test("with mount options it mounts the export by a volume and a claim, and other options are another pod", async () => {
  interface Spec {
    template: { metadata: Meta; spec: { volumes: object[] } };
  }
  const specOf = async (mountOptions?: string[]) => {
    const deployment = await deploy(() => make({ namespace: "storage", mountOptions }));
    const { spec } = deployment.inputs("kubernetes:apps/v1:Deployment", "provisioner-deployment") as { spec: Spec };
    return { deployment, spec };
  };
  const plain = await specOf();
  expect(plain.spec.template.spec.volumes).toEqual([{ name: "nfs-client-root", nfs: args }]);
  expect(plain.deployment.names("kubernetes:core/v1:PersistentVolume")).toEqual([]);
  const { deployment, spec } = await specOf(["nfsvers=4.2", "hard"]);
  expect(spec.template.spec.volumes).toEqual([
    { name: "nfs-client-root", persistentVolumeClaim: { claimName: "pvc-nfs-client-provisioner" } },
  ]);
  expect(deployment.inputs("kubernetes:core/v1:PersistentVolume", "provisioner-root-volume")).toMatchObject({
    metadata: { name: "pv-storage-nfs-client-provisioner" },
    spec: { nfs: args, mountOptions: ["hard", "nfsvers=4.2"], persistentVolumeReclaimPolicy: "Retain" },
  });
  const others = await specOf(["nfsvers=4.1", "hard"]);
  expect(others.spec.template.metadata.annotations).not.toEqual(spec.template.metadata.annotations);
  await expect(specOf(["hard,soft"])).rejects.toThrow("mountOptions of NfsProvisioner provisioner: ");
});
