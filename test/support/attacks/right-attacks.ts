import { type Act, create, kubectl, type Place, refusedObject, refusedWords } from "./act";
import { service, texts } from "./objects";

const TYPE = /denied request: a student's Service is of type ClusterIP/;
const ADDRESS = /denied request: remove externalIPs, loadBalancerIP and externalName/;

const makeService = (id: string, what: string, refusal: RegExp, spec: object) =>
  refusedObject({
    id: `service-${id}`,
    what: `a Service ${what}`,
    manifest: (place) => service(place, "mine", spec),
    refusal,
  });

/** Of an object that the student has no right to make. */
const noRight = (id: string, what: string, manifest: (place: Place) => Parameters<typeof create>[0]): Act =>
  refusedWords(`right-${id}`, what, (place) => create(manifest(place)), {
    controlWords: (place) => create(manifest({ ...place, own: place.outside }), "--dry-run=server"),
  });

const words = (id: string, what: string, text: (place: Place) => string, control?: (place: Place) => string): Act =>
  refusedWords(`right-${id}`, what, (place) => kubectl(text(place)), {
    controlWords: control && ((place) => kubectl(control(place))),
  });

/** For a certificate of somebody called "mine", with a key that nobody has. */
const REQUEST = `-----BEGIN CERTIFICATE REQUEST-----
MIGOMEICAQAwDzENMAsGA1UEAwwEbWluZTAqMAUGAytlcAMhADR9ZRtclyGPzQS4
ZlqeRWvodJGnP8TkrnbpDDMJgDN2oAAwBQYDK2VwA0EACPVMtzuJsH5M+Sar4uxP
uofjLsFu32mfzrup6wVw2Wb9rR0BDns40rLmShCZzXV37Oqjhah+pPs/oeZAHKOP
BA==
-----END CERTIFICATE REQUEST-----
`;

const LABEL = "pod-security.kubernetes.io/enforce=privileged";

/** The control needs the pod that is attacked. */
const othersPod = ({ other }: Place) =>
  kubectl(`wait pod/redis-static-0 -n ${other} --for=condition=Ready --timeout=180s`);

export const rightAttacks: Act[] = [
  makeService("node-port", "on a port of every node", TYPE, { type: "NodePort" }),
  makeService("load-balancer", "with an address outside", TYPE, { type: "LoadBalancer" }),
  makeService("external-name", "that is another name", TYPE, { type: "ExternalName", externalName: "example.com" }),
  makeService("external-ip", "that takes others' traffic", ADDRESS, { externalIPs: ["192.0.2.1"] }),
  refusedWords(
    "service-patched",
    "a Service that is on a port of every node, later",
    ({ own }) => kubectl(`patch svc redis-static -n ${own} --type=merge -p '{"spec":{"externalIPs":["192.0.2.1"]}}'`),
    {
      refusal: ADDRESS,
      controlWords: ({ own }) =>
        kubectl(
          `patch svc redis-static -n ${own} --dry-run=server --type=merge -p '{"spec":{"externalIPs":["192.0.2.1"]}}'`,
        ),
    },
  ),
  refusedObject({
    id: "secret-token",
    what: "a Secret with a token that never expires",
    manifest: (place) => ({
      ...texts(place, "Secret", "forever", { type: "kubernetes.io/service-account-token" }),
      metadata: {
        name: "forever",
        namespace: place.own,
        annotations: { "kubernetes.io/service-account.name": "default" },
      },
    }),
    refusal: /denied request: a Secret of type kubernetes.io\/service-account-token would hold a token/,
  }),
  refusedObject({
    id: "config-finalizer",
    what: "a ConfigMap that keeps its namespace for ever",
    manifest: (place) => ({
      ...texts(place, "ConfigMap", "stays"),
      metadata: { name: "stays", namespace: place.own, finalizers: ["example.com/mine"] },
    }),
    refusal: /denied request: a student adds no finalizers/,
  }),

  words("others-pods", "another student's pods listed", ({ other }) => `get pods -n ${other}`),
  words("others-secret", "another student's password read", ({ other }) => `get secret redis -n ${other} -o yaml`),
  words("others-events", "another student's events listed", ({ other }) => `get events -n ${other}`),
  refusedWords(
    "right-others-exec",
    "a command in another student's pod",
    ({ other }) => kubectl(`exec -n ${other} redis-static-0 -- true`),
    { before: othersPod },
  ),
  refusedWords(
    "right-others-logs",
    "another student's logs read",
    ({ other }) => kubectl(`logs -n ${other} redis-static-0`),
    { before: othersPod },
  ),
  words(
    "others-delete",
    "another student's pod deleted",
    ({ other }) => `delete pod redis-static-0 -n ${other} --wait=false`,
    ({ other }) => `delete pod redis-static-0 -n ${other} --dry-run=server`,
  ),
  words(
    "others-claim",
    "a claim in another student's namespace",
    ({ other }) => `delete pvc redis-static -n ${other} --wait=false`,
    ({ other }) => `delete pvc redis-static -n ${other} --dry-run=server`,
  ),
  words("all-secrets", "everybody's Secrets listed", () => "get secrets -A"),
  words("all-claims", "everybody's claims listed", () => "get pvc -A"),
  words("namespaces", "all namespaces listed", () => "get namespaces"),
  words("nodes", "nodes listed", () => "get nodes"),
  words("node-proxy", "a node's kubelet asked", ({ node }) => `get --raw /api/v1/nodes/${node}/proxy/pods`),
  words(
    "node-cordon",
    "a node taken out of service",
    ({ node }) => `cordon ${node}`,
    ({ node }) => `cordon ${node} --dry-run=server`,
  ),
  words("token", "a token of one's own, for longer", ({ own }) => `create token student -n ${own} --duration=24h`),
  words("others-token", "another student's token", ({ other }) => `create token student -n ${other}`),
  words(
    "impersonate",
    "another student impersonated",
    ({ other }) => `get pods -n ${other} --as=system:serviceaccount:${other}:student`,
  ),
  words("impersonate-admin", "the administrator impersonated", () => "get nodes --as=admin --as-group=system:masters"),
  words(
    "pod-security",
    "Pod Security's level of one's own namespace changed",
    ({ own }) => `label namespace ${own} --overwrite ${LABEL}`,
    ({ own }) => `label namespace ${own} --overwrite --dry-run=server ${LABEL}`,
  ),
  ...["resourcequota", "limitrange", "networkpolicy", "serviceaccount", "rolebinding"].map((kind) =>
    words(
      `delete-${kind}`,
      `one's own ${kind} deleted`,
      ({ own }) => `delete ${kind} student -n ${own} --wait=false`,
      ({ own }) => `delete ${kind} student -n ${own} --dry-run=server`,
    ),
  ),
  words(
    "delete-policy",
    "the policy for volumes deleted",
    ({ className }) => `delete validatingadmissionpolicybinding ${className}-volumes --wait=false`,
    ({ className }) => `delete validatingadmissionpolicybinding ${className}-volumes --dry-run=server`,
  ),
  words(
    "delete-all",
    "everything of a kind deleted at once",
    ({ own }) => `delete --raw /api/v1/namespaces/${own}/configmaps`,
    ({ outside }) => `delete --raw "/api/v1/namespaces/${outside}/configmaps?labelSelector=none%3Dthere"`,
  ),
  noRight("role-binding", "more rights for oneself", ({ own }) => ({
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "RoleBinding",
    metadata: { name: "more", namespace: own },
    subjects: [{ kind: "ServiceAccount", name: "student", namespace: own }],
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" },
  })),
  noRight("storage-class", "a StorageClass", ({ server, path }) => ({
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: { name: "mine" },
    provisioner: "nfs.csi.k8s.io",
    parameters: { server, share: path },
  })),
  noRight("endpoints", "Endpoints of one's choice", ({ own, server }) => ({
    apiVersion: "v1",
    kind: "Endpoints",
    metadata: { name: "nas", namespace: own },
    subsets: [{ addresses: [{ ip: server }], ports: [{ port: 2049 }] }],
  })),
  noRight("endpoint-slice", "an EndpointSlice of one's choice", ({ own, server }) => ({
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { name: "nas", namespace: own },
    addressType: "IPv4",
    endpoints: [{ addresses: [server] }],
    ports: [{ port: 2049 }],
  })),
  noRight("daemon-set", "a pod on every node", ({ own, image }) => ({
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    metadata: { name: "everywhere", namespace: own },
    spec: {
      selector: { matchLabels: { app: "everywhere" } },
      template: { metadata: { labels: { app: "everywhere" } }, spec: { containers: [{ name: "main", image }] } },
    },
  })),
  noRight("disruption-budget", "a budget that keeps a node from being drained", ({ own }) => ({
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    metadata: { name: "stays", namespace: own },
    spec: { maxUnavailable: 0, selector: {} },
  })),
  noRight("event", "an event of one's invention", ({ own }) => ({
    apiVersion: "v1",
    kind: "Event",
    metadata: { name: "invented", namespace: own },
    involvedObject: { kind: "Pod", name: "redis-static-0", namespace: own },
    reason: "Invented",
    message: "not so",
  })),
  noRight("lease", "a Lease", ({ own }) => ({
    apiVersion: "coordination.k8s.io/v1",
    kind: "Lease",
    metadata: { name: "mine", namespace: own },
  })),
  noRight("certificate", "a certificate in another's name", () => ({
    apiVersion: "certificates.k8s.io/v1",
    kind: "CertificateSigningRequest",
    metadata: { name: "mine" },
    spec: {
      request: Buffer.from(REQUEST).toString("base64"),
      signerName: "kubernetes.io/kube-apiserver-client",
      usages: ["client auth"],
    },
  })),
  refusedWords(
    "account-pods",
    "the namespace's pods, with the token that is in each of them",
    ({ own }) => kubectl(`get pods -n ${own}`),
    { as: "account" },
  ),
  refusedWords(
    "account-volume",
    "a volume of the student, with the token that is in each pod",
    ({ own }) => kubectl(`get pv ${own}.redis`),
    { as: "account" },
  ),
];
