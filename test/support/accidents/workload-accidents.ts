import { kubectl, shows, type Accident } from "./accident";

const redis = "statefulset-redis-exist-pvc";
const noImage = "ErrImagePull|ImagePullBackOff";

const edited: Accident[] = [
  {
    id: "image-statefulset",
    what: "A StatefulSet gets an image that is not there",
    commands: [kubectl(`set image statefulset/${redis} redis=redis:not-there -n shiqi`)],
    until: shows(`pod ${redis}-0 -n shiqi`, ".status.containerStatuses[0].state.waiting.reason", noImage),
  },
  {
    id: "image-deployment",
    what: "A Deployment gets an image that is not there",
    commands: [kubectl("set image deployment/wordpress-claim '*=nginx:not-there' -n shiqi")],
    until: shows(
      "pods -l app=wordpress-claim -n shiqi",
      ".items[*].status.containerStatuses[0].state.waiting.reason",
      noImage,
    ),
  },
  {
    id: "readiness",
    what: "A StatefulSet gets a readiness probe that always fails",
    commands: [
      kubectl(
        `patch statefulset ${redis} -n shiqi --type=json -p '[{"op":"replace","path":"/spec/template/spec/containers/0/readinessProbe/exec/command","value":["false"]}]'`,
      ),
    ],
    until: shows(`pod ${redis}-0 -n shiqi`, ".spec.containers[0].readinessProbe.exec.command", "false"),
  },
  {
    id: "command-added",
    what: "A Deployment's container gets a command that serves nothing",
    commands: [
      kubectl(
        `patch deployment wordpress-claim -n shiqi --type=json -p '[{"op":"add","path":"/spec/template/spec/containers/0/command","value":["sleep","100000"]}]'`,
      ),
    ],
  },
  {
    id: "password",
    what: "A Redis gets a password, which its readiness probe does not know",
    commands: [kubectl(`exec ${redis}-0 -n shiqi -- redis-cli config set requirepass secret`)],
    until: kubectl(`wait --for=condition=Ready=false pod/${redis}-0 -n shiqi --timeout=60s`),
  },
  {
    id: "resources",
    what: "A StatefulSet asks for more memory than a node has",
    commands: [kubectl(`set resources statefulset/${redis} -n shiqi --limits=memory=64Gi --requests=memory=64Gi`)],
    until: shows(`pod ${redis}-0 -n shiqi`, '.status.conditions[?(@.type=="PodScheduled")].reason', "Unschedulable"),
  },
  {
    id: "environment",
    what: "The provisioner's environment is changed",
    commands: [
      kubectl("set env deployment/nfs-client-provisioner NFS_PATH=/elsewhere -n nfs-provisioner"),
      kubectl("rollout status deployment/nfs-client-provisioner -n nfs-provisioner --timeout=60s"),
    ],
  },
  {
    id: "scaled-statefulset",
    what: "A StatefulSet is scaled to 0",
    commands: [kubectl(`scale statefulset/${redis} --replicas=0 -n shiqi`)],
    until: kubectl(`wait --for=delete pod/${redis}-0 -n shiqi --timeout=60s`),
  },
  {
    id: "pod-label",
    what: "A pod of a StatefulSet loses its label",
    commands: [kubectl(`label pod ${redis}-0 app- -n shiqi`)],
    until: kubectl(`get pod ${redis}-0 -n shiqi --output=yaml | { ! grep ownerReferences; }`),
  },
];

const deleted: Accident[] = [
  {
    id: "statefulset",
    what: "A StatefulSet is deleted",
    commands: [kubectl(`delete statefulset ${redis} -n shiqi`)],
  },
  {
    id: "statefulset-orphan",
    what: "A StatefulSet is deleted, and its pods stay",
    commands: [kubectl("delete statefulset statefulset-redis-not-exist-pvc --cascade=orphan -n shiqi")],
  },
  {
    id: "deployment",
    what: "A Deployment is deleted",
    commands: [kubectl("delete deployment local-reader")],
  },
  {
    id: "pods-forced",
    what: "All pods of the course are deleted by force",
    commands: [kubectl("delete pods --all --force --grace-period=0 -n shiqi")],
  },
  {
    id: "pod-alone",
    what: "A pod without a controller is deleted",
    commands: [kubectl("delete pod app")],
  },
  { id: "job", what: "A Job is deleted", commands: [kubectl("delete job prepare-pv-local-01 -n shiqi")] },
];

const services: Accident[] = [
  {
    id: "service-headless",
    what: "A headless Service is deleted",
    commands: [kubectl("delete service redis-exist-pvc -n shiqi")],
  },
  {
    id: "service-selector",
    what: "A headless Service selects other pods",
    commands: [kubectl(`patch service redis-not-exist-pvc -n shiqi -p '{"spec":{"selector":{"app":"nobody"}}}'`)],
  },
  {
    id: "service-cluster-ip",
    what: "A Service with an address is deleted",
    commands: [kubectl("delete service redis-not-exist-pvc-clusterip -n shiqi")],
  },
];

/** What happens to workloads, their pods and Services. */
export const workloadAccidents: Accident[] = [...edited, ...deleted, ...services];
