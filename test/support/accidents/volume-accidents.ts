import { claimText, kubectl, shows, type Accident } from "./accident";
import { provisions } from "./object-accidents";

const redisClaim = "pvc-shiqi-redis-exist-pvc";
const templateClaim = "pvc-shiqi-statefulset-redis-not-exist-pvc-0";

const namespaces: Accident[] = [
  {
    id: "namespace-course",
    what: "The course's namespace is deleted",
    commands: [kubectl("delete namespace shiqi")],
    // Their class deletes.
    loses: ["redisTemplate", "redisCsi", "mysql", "wordpress"],
  },
  {
    id: "namespace-hostpath",
    what: "The namespace of the hostPath claims is deleted",
    commands: [kubectl("delete namespace test")],
  },
  {
    id: "namespace-quota",
    what: "The quota's namespace is deleted",
    commands: [kubectl("delete namespace shiqi-quota")],
  },
  {
    id: "namespace-provisioner",
    what: "The provisioner's namespace is deleted",
    commands: [kubectl("delete namespace nfs-provisioner")],
    proof: provisions,
  },
];

const claims: Accident[] = [
  {
    id: "claim-static",
    what: "The claim of a static volume is deleted",
    commands: [kubectl("delete pvc pvc-shiqi-redis -n shiqi")],
    until: shows("pv pv-shiqi-redis", ".status.phase", "Released"),
  },
  {
    id: "claim-static-in-use",
    what: "The claim of a static volume is deleted under its pod",
    commands: [kubectl(`delete pvc ${redisClaim} -n shiqi --wait=false`)],
  },
  {
    id: "claim-static-and-pod",
    what: "The claim of a static volume is deleted, and its pod",
    commands: [
      kubectl(`delete pvc ${redisClaim} -n shiqi --wait=false`),
      kubectl("delete pod statefulset-redis-exist-pvc-0 -n shiqi"),
    ],
    until: shows("pv pv-shiqi-redis-exist-pvc", ".status.phase", "Released"),
  },
  {
    id: "claim-dynamic",
    what: "A dynamic claim is deleted",
    commands: [kubectl("delete pvc pvc-dynamic-example")],
    loses: ["dynamicExample"],
  },
  {
    id: "claim-dynamic-in-use",
    what: "A dynamic claim is deleted under the pod of a Deployment",
    commands: [kubectl("delete pvc pvc-wordpress -n shiqi --wait=false")],
    losesWithPod: ["wordpress"],
  },
  {
    id: "claim-template-in-use",
    what: "A template's claim is deleted under its pod",
    commands: [kubectl(`delete pvc ${templateClaim} -n shiqi --wait=false`)],
    losesWithPod: ["redisTemplate"],
  },
  {
    id: "claim-template-and-pod",
    what: "A template's claim is deleted, and its pod",
    commands: [
      kubectl(`delete pvc ${templateClaim} -n shiqi --wait=false`),
      kubectl("delete pod statefulset-redis-not-exist-pvc-0 -n shiqi"),
    ],
    until: kubectl(`get pvc ${templateClaim} -n shiqi --output=yaml | { ! grep deletionTimestamp; }`),
    loses: ["redisTemplate"],
  },
  {
    id: "claim-of-own-class",
    what: "A student makes a claim of our name with another class",
    commands: [
      kubectl("delete pvc pvc-shiqi-redis -n shiqi"),
      kubectl("apply -f -", claimText("pvc-shiqi-redis", "shiqi", "nfs-client")),
    ],
    until: shows("pvc pvc-shiqi-redis -n shiqi", ".status.phase", "Bound"),
    asks: /the claim shiqi\/pvc-shiqi-redis/,
  },
];

const volumes: Accident[] = [
  {
    id: "volume-bound",
    what: "A static volume is deleted under its claim",
    commands: [kubectl("delete pv pv-shiqi-redis-exist-pvc --wait=false")],
  },
  {
    id: "volume-and-claim",
    what: "A static volume is deleted with its claim",
    commands: [kubectl("delete pvc pvc-shiqi-redis -n shiqi"), kubectl("delete pv pv-shiqi-redis")],
  },
  {
    id: "volume-dynamic",
    what: "A dynamic volume is deleted under its claim",
    commands: [
      kubectl("delete pv $(kubectl get pvc pvc-dynamic-example --output=jsonpath={.spec.volumeName}) --wait=false"),
    ],
  },
  {
    id: "volume-policy",
    what: "A static volume gets the reclaim policy Delete",
    commands: [kubectl(`patch pv pv-shiqi-redis-exist-pvc -p '{"spec":{"persistentVolumeReclaimPolicy":"Delete"}}'`)],
  },
  {
    id: "volume-claimref",
    what: "A bound volume's claimRef is cleared",
    commands: [kubectl(`patch pv pv-shiqi-redis-exist-pvc --type=merge -p '{"spec":{"claimRef":null}}'`)],
  },
  {
    id: "volume-claimref-released",
    what: "A Released volume's claimRef is cleared",
    commands: [
      kubectl("delete pvc pvc-shiqi-redis -n shiqi"),
      kubectl(`patch pv pv-shiqi-redis --type=merge -p '{"spec":{"claimRef":null}}'`),
    ],
    until: shows("pv pv-shiqi-redis", ".status.phase", "Available"),
  },
];

/** What happens to namespaces, claims and volumes. */
export const volumeAccidents: Accident[] = [...namespaces, ...claims, ...volumes];
