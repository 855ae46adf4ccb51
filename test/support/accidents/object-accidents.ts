import { bindsClaim, here, kubectl, type Accident } from "./accident";

export const provisions = bindsClaim("nfs-client");

const ownClass = {
  apiVersion: "storage.k8s.io/v1",
  kind: "StorageClass",
  metadata: { name: "nfs-client" },
  provisioner: "k8s-sigs.io/nfs-subdir-external-provisioner",
  reclaimPolicy: "Retain",
};

const classes: Accident[] = [
  {
    id: "class",
    what: "A StorageClass is deleted",
    commands: [kubectl("delete storageclass nfs-client")],
    proof: provisions,
  },
  {
    id: "class-by-hand",
    what: "A StorageClass is made again by hand, with the reclaim policy Retain",
    commands: [kubectl("delete storageclass nfs-client"), kubectl("apply -f -", JSON.stringify(ownClass))],
    proof: provisions,
  },
];

const settings: Accident[] = [
  {
    id: "secret",
    what: "A Secret is deleted",
    commands: [kubectl("delete secret mysql -n shiqi")],
  },
  {
    id: "secret-data",
    what: "A Secret's data is changed",
    commands: [kubectl(`patch secret mysecret -n shiqi -p '{"stringData":{"pass":"another"}}'`)],
  },
  {
    id: "config-map",
    what: "A ConfigMap's data is changed",
    commands: [kubectl(`patch configmap app-config -n shiqi -p '{"data":{"app.properties":"colour=red"}}'`)],
  },
  { id: "quota", what: "A quota is deleted", commands: [kubectl("delete quota pvc-quota -n shiqi-quota")] },
  {
    id: "quota-raised",
    what: "A quota is raised",
    commands: [kubectl(`patch quota pvc-quota -n shiqi-quota -p '{"spec":{"hard":{"persistentvolumeclaims":"9"}}}'`)],
  },
  {
    id: "marks",
    what: "The marks of an object are removed",
    commands: [
      kubectl(
        "annotate statefulset statefulset-redis-exist-pvc storage-lab.example/stack- storage-lab.example/section- -n shiqi",
      ),
    ],
  },
  {
    id: "refresh",
    what: "pulumi refresh is run after a deletion",
    commands: [
      kubectl("delete service redis-exist-pvc -n shiqi"),
      here("pulumi refresh --yes --skip-preview --stack $COURSE_STACK"),
    ],
  },
];

const provisioner: Accident[] = [
  {
    id: "cluster-role",
    what: "A rule of the provisioner's ClusterRole is removed",
    commands: [
      kubectl(`patch clusterrole nfs-client-provisioner-runner --type=json -p '[{"op":"remove","path":"/rules/1"}]'`),
    ],
    proof: provisions,
  },
  {
    id: "cluster-role-binding",
    what: "The provisioner's ClusterRoleBinding is deleted",
    commands: [kubectl("delete clusterrolebinding run-nfs-client-provisioner")],
    proof: provisions,
  },
  {
    id: "service-account",
    what: "The provisioner's ServiceAccount is deleted",
    commands: [kubectl("delete serviceaccount nfs-client-provisioner -n nfs-provisioner")],
    proof: provisions,
  },
  {
    id: "provisioner-scaled",
    what: "The provisioner is scaled to 0",
    commands: [kubectl("scale deployment/nfs-client-provisioner --replicas=0 -n nfs-provisioner")],
    proof: provisions,
  },
];

/** What happens to classes, settings, rights and marks. */
export const objectAccidents: Accident[] = [...classes, ...settings, ...provisioner];
