import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { parseConfig, PROGRAMS, type RawConfig } from "../../../stacks/config";
import { DEFAULT_CSI_NFS_IMAGES } from "../../../components/index";
import { sections } from "../../../stacks/course/sections";
import { SCHEMA_FILE, renderSchema } from "../../../stacks/schema-file";
import { infrastructureSchema } from "../../../stacks/config-schema";
import { errorLines } from "./config-errors";

const ROOT = join(__dirname, "../../..");
const KEY = "storage-lab:sshPrivateKey";
const ROOT_PASSWORD = "storage-lab:mysqlRootPassword";
const CLASS_SECRET = "storage-lab:classSecret";

/** The config as the engine hands it over: objects as JSON. */
function raw(values: Record<string, unknown>, secretKeys = [KEY, ROOT_PASSWORD, CLASS_SECRET]) {
  const secrets = {
    [KEY]: "PRIVATE",
    ...(values["storage-lab:program"] === "course" && { [ROOT_PASSWORD]: "ROOT" }),
    ...(values["storage-lab:program"] === "classroom" && { [CLASS_SECRET]: "SECRET".repeat(8) }),
  };
  return {
    stack: "test",
    values: Object.fromEntries(
      Object.entries({ ...secrets, ...values })
        .filter(([, value]) => value !== undefined)
        .map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)]),
    ),
    secretKeys,
  };
}

const nas = { name: "nas", host: "192.168.110.168" };
const node = { name: "node1", host: "192.168.110.11" };
const settings = { nas, export: { clients: ["192.168.110.0/24"] }, nodes: [node] };
const infrastructure = (change: object = {}) =>
  raw({ "storage-lab:program": "infrastructure", "storage-lab:infrastructure": { ...settings, ...change } });
const course = (change: object = {}) =>
  raw({
    "storage-lab:program": "course",
    "storage-lab:course": { infrastructureStack: "infrastructure-test", localNode: "node1", ...change },
  });

const errorsOf = (config: RawConfig) => errorLines(() => parseConfig(config));

test("a small infrastructure gets the course's defaults", () => {
  expect(parseConfig(infrastructure())).toEqual({
    program: "infrastructure",
    settings: {
      nas: { ...nas, port: 22, user: "root" },
      export: {
        path: "/nfs",
        clients: ["192.168.110.0/24"],
        profile: "course",
        options: "rw,sync,no_root_squash,no_subtree_check",
        owner: undefined,
        mode: "0777",
        clientWait: 120,
      },
      nodes: [{ ...node, port: 22, user: "root" }],
      provisioner: {
        namespace: "nfs-provisioner",
        createNamespace: true,
        clusterRolePrefix: "",
        image: "registry.k8s.io/sig-storage/nfs-subdir-external-provisioner:v4.0.2",
        name: "k8s-sigs.io/nfs-subdir-external-provisioner",
      },
      storageClasses: [
        { name: "nfs-client", reclaimPolicy: "Delete", onDelete: "delete", default: false },
        { name: "nfs-client-retain", reclaimPolicy: "Retain", default: false },
      ],
      generation: 1,
      force: false,
    },
  });
});

test("pods on nodes have defaults, and nodes may be left out with them", () => {
  expect(infrastructureSchema.parse({ ...settings, nodes: undefined, nodePods: {} })).toMatchObject({
    nodePods: {
      namespace: "nfs-node-proof",
      createNamespace: true,
      controlPlane: false,
      image: "swr.cn-north-4.myhuaweicloud.com/ddn-k8s/docker.io/redis:7.4.4",
    },
  });
});

test("missing nodes are told next to other errors", () => {
  const errors = errorsOf(infrastructure({ nodes: undefined, force: "yes" }));
  expect(errors.map((error) => error.split(" ")[0]).sort()).toEqual([
    "storage-lab:infrastructure.force",
    "storage-lab:infrastructure.nodes",
  ]);
});

test("a small course gets the course's defaults", () => {
  expect(parseConfig(course())).toEqual({
    program: "course",
    settings: {
      infrastructureStack: "infrastructure-test",
      namePrefix: "",
      createNamespace: true,
      exampleNamespace: "default",
      redisImage: "swr.cn-north-4.myhuaweicloud.com/ddn-k8s/docker.io/redis:7.4.4",
      nginxImage: "nginx:1.27",
      mysqlImage: "mysql:8.0",
      wordpressImage: "wordpress:6-apache",
      readyWithin: "10m",
      replicas: 1,
      storageClass: "nfs-client",
      csiStorageClass: "nfs-csi",
      localNode: "node1",
      // Only where the infrastructure has the driver.
      sections: { ...Object.fromEntries(Object.keys(sections).map((name) => [name, true])), csi: false },
      onDelete: "keep",
      generation: 1,
    },
  });
});

test.each([
  { nas: { ...nas, host: "fd00::10" }, export: { clients: ["fd00::/64"] }, nodes: [{ ...node, host: "fd00::11" }] },
  {
    nas: { ...nas, host: "[fd00::10]" },
    export: { clients: ["FD00:0::11"] },
    nodes: [{ ...node, host: "[fd00::11]" }],
  },
  { export: { clients: ["fe01", "cafe.school.lan", "cafe.lab.lan"] } },
  { export: { clients: ["192.168.110.0/24", "192.168.110.11"] } },
])("%j is taken", (change) => {
  expect(infrastructureSchema.safeParse({ ...settings, ...change }).error).toBeUndefined();
});

test("the CSI driver has upstream's images and one class, once it is asked for", () => {
  expect(infrastructureSchema.parse({ ...settings, csi: {} }).csi).toEqual({
    namespace: "csi-nfs",
    createNamespace: true,
    clusterRolePrefix: "",
    kubeApiQps: 50,
    images: DEFAULT_CSI_NFS_IMAGES,
    registrar: true,
    kubeletDir: "/var/lib/kubelet",
    storageClasses: [{ name: "nfs-csi", reclaimPolicy: "Delete", onDelete: "delete", default: false }],
  });
});

const NAMESPACE = "${pvc.metadata.namespace}";
const CLAIM = "${pvc.metadata.name}";
test.each<[string, object[], object[]]>([
  [
    "equal, one of them deletes",
    [
      { name: "a", subDir: `${NAMESPACE}/${CLAIM}` },
      { name: "b", subDir: `${NAMESPACE}/${CLAIM}`, onDelete: "retain" },
    ],
    [],
  ],
  [
    "a fixed part that a namespace can have",
    [
      { name: "a", subDir: `${NAMESPACE}/${CLAIM}` },
      { name: "b", subDir: `team/${CLAIM}_${NAMESPACE}` },
    ],
    [],
  ],
  [
    "a pathPattern of the same form",
    [{ name: "a", subDir: `${NAMESPACE}_${CLAIM}` }],
    [{ name: "p", pathPattern: "${.PVC.namespace}_${.PVC.name}" }],
  ],
])("directories that meet are refused: %s", (_, classes, storageClasses) => {
  const change = { csi: { storageClasses: classes }, ...(storageClasses.length > 0 && { storageClasses }) };
  const { error } = infrastructureSchema.safeParse({ ...settings, ...change });
  expect(error?.issues.map(({ path }) => path.at(-1))).toEqual(["subDir"]);
});

test.each<[string, object[], object[]]>([
  [
    "nothing is deleted",
    [
      { name: "a", subDir: CLAIM, onDelete: "retain" },
      { name: "b", subDir: CLAIM, reclaimPolicy: "Retain" },
    ],
    [],
  ],
  [
    "each begins with its class",
    [
      { name: "a", subDir: `a_${NAMESPACE}/${CLAIM}` },
      { name: "b", subDir: `b_${NAMESPACE}/${CLAIM}` },
    ],
    [],
  ],
  [
    "a volume's name is nobody else's",
    [
      { name: "a", subDir: `${NAMESPACE}/${CLAIM}` },
      { name: "b", subDir: `x/${"${pv.metadata.name}"}` },
      { name: "c" },
    ],
    [],
  ],
  [
    "another ending",
    [{ name: "a", subDir: `${NAMESPACE}_${CLAIM}.csi` }],
    [{ name: "p", pathPattern: "${.PVC.namespace}_${.PVC.name}.nfs" }],
  ],
])("directories that do not meet are taken: %s", (_, classes, storageClasses) => {
  const change = { csi: { storageClasses: classes }, ...(storageClasses.length > 0 && { storageClasses }) };
  expect(infrastructureSchema.safeParse({ ...settings, ...change }).error?.issues).toBeUndefined();
});

const at = "storage-lab:infrastructure";
test.each<[object, string]>([
  [
    { csi: { storageClasses: [{ name: "nfs-client" }] } },
    `${at}.csi.storageClasses[0].name ("nfs-client") is used twice: nfs-client is another class's already.`,
  ],
  [
    {
      csi: {
        storageClasses: [
          { name: "a", default: true },
          { name: "b", default: true },
        ],
      },
    },
    `${at}.storageClasses has 2 default classes: one is the default.`,
  ],
  [
    { csi: {}, provisioner: { name: "nfs.csi.k8s.io" } },
    `${at}.provisioner.name ("nfs.csi.k8s.io") is the CSI driver's name, and both would make the same volumes: name another one.`,
  ],
  ...["/var/lib/kubelet/", "/", "/var/lib/kubelet data", "kubelet"].map((kubeletDir): [object, string] => [
    { csi: { kubeletDir } },
    `${at}.csi.kubeletDir ("${kubeletDir}") is no folder of a node: give the kubelet's --root-dir, such as /var/lib/kubelet.`,
  ]),
  [
    {
      csi: {
        storageClasses: [
          { name: "a", subDir: "${pvc.metadata.namespace}/${pvc.metadata.name}" },
          { name: "b", subDir: "${pvc.metadata.namespace}/data/${pv.metadata.name}" },
        ],
      },
    },
    `${at}.csi.storageClasses[1].subDir ("\${pvc.metadata.namespace}/data/\${pv.metadata.name}") can give a claim the ` +
      `directory of one in csi.storageClasses[0].subDir ("\${pvc.metadata.namespace}/\${pvc.metadata.name}"), or one around ` +
      `it or inside it: what is deleted with the one takes the other's data along. Let one begin with its class, such as ` +
      `b_\${pvc.metadata.namespace}/data/\${pv.metadata.name}.`,
  ],
  [
    { csi: { namespace: "nfs-provisioner" } },
    `${at}.csi.namespace ("nfs-provisioner") is provisioner.namespace already: name another one, or set csi.createNamespace: false.`,
  ],
  [
    { csi: { images: { driver: "registry.k8s.io/sig-storage/nfsplugin:v4.13.0" } } },
    `${at}.csi.images.driver ("registry.k8s.io/sig-storage/nfsplugin:v4.13.0") is a release before 4.13.1, in which a ` +
      `volume's id with ".." in it deletes other directories of the NFS server (CVE-2026-3864): ` +
      "take registry.k8s.io/sig-storage/nfsplugin:v4.13.4.",
  ],
  [
    { csi: { storageClasses: [{ name: "a", subDir: "../b" }] } },
    `${at}.csi.storageClasses[0].subDir ("../b") has "." or ".." in it: write the path out.`,
  ],
  [
    { csi: { storageClasses: [{ name: "a", subDir: "${pvc.metadata.name}" }] } },
    `${at}.csi.storageClasses[0].subDir ("\${pvc.metadata.name}") can give several claims the same directory, and ` +
      `onDelete "delete" deletes it with everybody's data as soon as one of them is deleted: leave subDir out, put ` +
      `\${pv.metadata.name} in it, or take onDelete "retain".`,
  ],
  [
    { csi: { storageClasses: [{ name: "a", reclaimPolicy: "Retain", onDelete: "archive" }] } },
    `${at}.csi.storageClasses[0].onDelete ("archive") has no effect with reclaimPolicy Retain: take it out, or set ` +
      "reclaimPolicy: Delete.",
  ],
  [
    { nas: { ...nas, host: "192.168.110" } },
    `${at}.nas.host ("192.168.110") is neither an IP address nor a host name.`,
  ],
  [{ nas: { ...nas, host: "nas_1" } }, `${at}.nas.host ("nas_1") is neither an IP address nor a host name.`],
  [{ nas: { ...nas, port: 70000 } }, `${at}.nas.port (70000) must be at most 65535.`],
  [{ nas: { ...nas, port: "22" } }, `${at}.nas.port ("22") must be a number.`],
  [
    { nas: { ...nas, user: "Root!" } },
    `${at}.nas.user ("Root!") has "!" in it: a user's name has letters, digits, "_", "-", "." and a final "$", with a ` +
      "domain user@domain or DOMAIN\\user.",
  ],
  [{ nas: { ...nas, user: "" } }, `${at}.nas.user ("") is empty: name the user who logs in.`],
  [{ nas: { ...nas, user: "-root" } }, `${at}.nas.user ("-root") starts with "-", as no user's name does.`],
  [
    { nas: { ...nas, user: "a$b" } },
    `${at}.nas.user ("a$b") is neither a user's name nor user@domain nor DOMAIN\\user; a "$" is only at the end of the ` +
      "user's name.",
  ],
  [
    { nas: { ...nas, hostKey: "AAAA" } },
    `${at}.nas.hostKey ("AAAA") is not a public key such as "ssh-ed25519 AAAA…"; take it from: ssh-keyscan -t ed25519 HOST.`,
  ],
  [{ nas: { name: "nas" } }, `${at}.nas.host is missing: text is required there.`],
  [
    { nas: undefined },
    `${at}.nas is missing, and so is existing: give nas and export; or, for an export that is there already, existing: ` +
      `{ server, path }.`,
  ],
  [{ export: undefined }, `${at}.export is missing: it says to whom the host nas exports, in clients.`],
  [
    { existing: { server: "10.0.0.5", path: "/volume1/k8s" } },
    `${at}.existing ({"server":"10.0.0.5","path":"/volume1/k8s"}) is there next to nas and export: take those out for an ` +
      `export that is left as it is, or existing for one that this stack makes.`,
  ],
  [
    { nas: undefined, export: undefined, existing: { server: "10.0.0.5", path: "volume1" } },
    `${at}.existing.path ("volume1") is not absolute: begin it with "/".`,
  ],
  [
    { nas: undefined, export: undefined, existing: { server: "10.0.0", path: "/" } },
    `${at}.existing.server ("10.0.0") is neither an IP address nor a host name.`,
  ],
  [{ nas: { ...nas, hots: "x" } }, `${at}.nas.hots is not a key here: did you mean host?`],
  [{ nodse: [] }, `${at}.nodse is not a key here: did you mean nodes?`],
  [{ nodes: [] }, `${at}.nodes ([]) must not be empty.`],
  [
    { nodes: undefined },
    `${at}.nodes is missing: list the nodes as SSH reaches them, or set nodePods: {} to prove them by pods, without SSH.`,
  ],
  [
    { nodePods: { namespace: "nfs-provisioner" } },
    `${at}.nodePods.namespace ("nfs-provisioner") is provisioner.namespace already: name another one, or set ` +
      `nodePods.createNamespace: false.`,
  ],
  [{ nodePods: { nodeSelector: [] } }, `${at}.nodePods.nodeSelector ([]) must be an object.`],
  [
    { nodePods: { nodeSelector: { "my pool": "a" } } },
    `${at}.nodePods.nodeSelector.my pool ("a") has a key that is not the name of a label such as pool or school.lan/pool.`,
  ],
  [{ nodes: "" }, `${at}.nodes ("") must be a list.`],
  [
    { export: { clients: settings.export.clients, options: ["ro,rw"] } },
    `${at}.export.options[0] ("ro,rw") holds several options: write each as an entry of its own.`,
  ],
  [
    { nodePods: { tolerations: [{}] } },
    `${at}.nodePods.tolerations[0].key is missing: name the taint's key, or set operator: Exists for all taints.`,
  ],
  [
    { nodePods: { tolerations: [{ key: "gpu", operator: "Exists", value: "a100" }] } },
    `${at}.nodePods.tolerations[0].value ("a100") has no meaning with operator Exists: take it out.`,
  ],
  [
    { mountOptions: ["nfsvers=4.2,hard,"] },
    `${at}.mountOptions (["nfsvers=4.2,hard,"]) are no mount options: an option is empty: remove it.`,
  ],
  [
    { provisioner: { mountOptions: ["vers=3", "nfsvers=4.2"] } },
    `${at}.provisioner.mountOptions (["vers=3","nfsvers=4.2"]) are no mount options: "vers=3" and "nfsvers=4.2" contradict each other: keep one.`,
  ],
  [
    { storageClasses: [{ name: "a", mountOptions: [" "] }] },
    `${at}.storageClasses[0].mountOptions ([" "]) are no mount options: an option is empty: remove it.`,
  ],
  [
    { nodes: [{ ...node, host: "10.0.0.1" }] },
    `${at}.nodes[0].host ("10.0.0.1") is in none of the export's clients (192.168.110.0/24): add its network there.`,
  ],
  [
    { nodes: [node, { ...node, host: "192.168.110.12" }] },
    `${at}.nodes[1].name ("node1") is used twice: node1 names another host already.`,
  ],
  [
    { nodes: [node, { ...node, name: "node2" }] },
    `${at}.nodes[1].host ("192.168.110.11") is used twice: 192.168.110.11:22 is another node's already.`,
  ],
  [
    { export: { ...settings.export, path: "/" } },
    `${at}.export.path ("/") would export the host's whole file system: name a folder of its own.`,
  ],
  [
    { export: { ...settings.export, path: "/etc/shared" } },
    `${at}.export.path ("/etc/shared") belongs to the host's system: export a folder of its own, such as /srv/nfs.`,
  ],
  [{ export: { ...settings.export, path: "nfs" } }, `${at}.export.path ("nfs") is not absolute: begin it with "/".`],
  [
    { export: { clients: ["192.168.110.0/33"] } },
    `${at}.export.clients[0] ("192.168.110.0/33") is neither a network such as 192.168.110.0/24 nor an address nor a host name.`,
  ],
  [{ export: { clients: [] } }, `${at}.export.clients ([]) must not be empty.`],
  [
    { nas: { ...nas, hostKey: "ssh-rsa AAAA" } },
    `${at}.nas.hostKey ("ssh-rsa AAAA") is an ssh-rsa key, which Pulumi's plugin command cannot check (that of ./lab and ./lab env can): take another one, from: ssh-keyscan -t ed25519 HOST (where the host has none: ssh-keygen -A there).`,
  ],
  [
    { nas: { ...nas, host: "fe80::1%eth0" } },
    `${at}.nas.host ("fe80::1%eth0") holds on one network link only (after the "%"), so others cannot mount from it: give an address without it, such as fd00::10.`,
  ],
  [
    { export: { clients: ["192.168.110.0/24", "192.168.110.0/24"] } },
    `${at}.export.clients[1] ("192.168.110.0/24") is named twice.`,
  ],
  [
    { export: { clients: ["nas1", "NAS1.school.lan"] } },
    `${at}.export.clients[1] ("NAS1.school.lan") is nas1 once more: name it once.`,
  ],
  [
    { export: { clients: ["192.168.110.0/24", "fd00::10", "FD00:0::10"] } },
    `${at}.export.clients[2] ("FD00:0::10") is fd00::10 once more: name it once.`,
  ],
  [
    { export: { clients: ["192.168.110.0/24", "[fd00::]/64"] } },
    `${at}.export.clients[1] ("[fd00::]/64") has brackets: exports are written without them.`,
  ],
  [
    { export: { clients: ["fd00::/64"] }, nodes: [{ ...node, host: "fd00:0:0:1::11" }] },
    `${at}.nodes[0].host ("fd00:0:0:1::11") is in none of the export's clients (fd00::/64): add its network there.`,
  ],
  [
    {
      export: { clients: ["fd00::/64"] },
      nodes: [
        { ...node, host: "fd00::11" },
        { ...node, name: "node2", host: "[FD00::11]" },
      ],
    },
    `${at}.nodes[1].host ("[FD00::11]") is used twice: fd00::11:22 is another node's already.`,
  ],
  [
    { export: { ...settings.export, profile: "open" } },
    `${at}.export.profile ("open") must be one of: course, safe, hardened.`,
  ],
  [
    { export: { ...settings.export, mode: 511 } },
    `${at}.export.mode (511) must be an octal number in quotes, such as "0777".`,
  ],
  [{ export: { ...settings.export, mode: "rwx" } }, `${at}.export.mode ("rwx") is not an octal mode such as "0777".`],
  [
    { provisioner: { namespace: "NFS" } },
    `${at}.provisioner.namespace ("NFS") is not a DNS label: small letters, digits and "-", at most 63.`,
  ],
  [
    { provisioner: { image: "Not An Image" } },
    `${at}.provisioner.image ("Not An Image") is not an image such as docker.io/library/redis:7.4.4.`,
  ],
  [
    { storageClasses: [{ name: "a", onDelete: "delete" }] },
    `${at}.storageClasses[0].onDelete ("delete") has no effect with reclaimPolicy Retain: take it out, or set reclaimPolicy: Delete.`,
  ],
  [
    { storageClasses: [{ name: "a", reclaimPolicy: "Recycle" }] },
    `${at}.storageClasses[0].reclaimPolicy ("Recycle") must be one of: Retain, Delete.`,
  ],
  [
    { storageClasses: [{ name: "a", pathPattern: "${.PVC.name}" }] },
    `${at}.storageClasses[0].pathPattern ("\${.PVC.name}") must have \${.PVC.namespace} once, or two claims can get the same directory.`,
  ],
  [
    { storageClasses: [{ name: "a", reclaimPolicy: "Delete", pathPattern: "${.PVC.namespace}/${.PVC.name}" }] },
    `${at}.storageClasses[0].pathPattern ("\${.PVC.namespace}/\${.PVC.name}") has "/" in it, and provisioner v4.0.2 renames by ` +
      "the last part of a volume's path: for shiqi/data the directory data of the export, which may be another volume's. " +
      'Leave the pattern out, or take reclaimPolicy Retain or onDelete "retain"; if the image is built from later sources, ' +
      'say so with provisioner.release "v4.0.3".',
  ],
  [
    { storageClasses: [{ name: "a" }, { name: "a" }] },
    `${at}.storageClasses[1].name ("a") is used twice: a is another class's already.`,
  ],
  [
    {
      storageClasses: [
        { name: "a", pathPattern: "${.PVC.namespace}/${.PVC.name}" },
        { name: "b" },
        { name: "c", pathPattern: "${.PVC.name}/${.PVC.namespace}" },
      ],
    },
    `${at}.storageClasses[2].pathPattern ("\${.PVC.name}/\${.PVC.namespace}") can give a claim the directory of one in ` +
      'storageClasses[0].pathPattern ("${.PVC.namespace}/${.PVC.name}"): a claim made again in the other class would get the ' +
      "data that the first one left. Let one begin with its class, such as c_${.PVC.name}/${.PVC.namespace}.",
  ],
  [{ generation: 0 }, `${at}.generation (0) must be at least 1.`],
  [{ generation: 1.5 }, `${at}.generation (1.5) must be a whole number.`],
  [{ force: "yes" }, `${at}.force ("yes") must be true or false.`],
])("infrastructure %j is one error, said in full", (change, sentence) => {
  expect(errorsOf(infrastructure(change))).toEqual([sentence]);
});

test.each(["root", "jane.doe", "Jane", "backup$", "2fa", "jane@lab.example", "LAB\\jane.doe", "jürgen", "_svc-nfs"])(
  "the user %s is one",
  (user) => {
    expect(errorsOf(infrastructure({ nas: { ...nas, user } }))).toEqual([]);
  },
);

test("classes whose patterns give different directories are none, also with the correction that an error names", () => {
  const pattern = "${.PVC.namespace}_${.PVC.name}";
  const storageClasses = [
    { name: "a", pathPattern: pattern },
    { name: "b", pathPattern: `b_${pattern}` },
    { name: "c" },
    { name: "d" },
  ];
  expect(errorsOf(infrastructure({ storageClasses }))).toEqual([]);
});

test("two default classes are an error", () => {
  const storageClasses = [
    { name: "a", default: true },
    { name: "b", default: true },
  ];
  expect(errorsOf(infrastructure({ storageClasses }))).toEqual([
    expect.stringContaining("has 2 default classes: one is the default."),
  ]);
});

test.each<[object, string]>([
  [{ infrastructureStack: undefined }, ".infrastructureStack is missing: text is required there."],
  [
    { infrastructureStack: "a b" },
    '.infrastructureStack ("a b") is not a stack\'s name such as infrastructure-sandbox.',
  ],
  [{ namespace: "Shi Qi" }, '.namespace ("Shi Qi") is not a DNS label: small letters, digits and "-", at most 63.'],
  [{ redisVersion: 7.4 }, '.redisVersion (7.4) must be text: put it in quotes, such as "7.4.4".'],
  [{ replicas: 10 }, ".replicas (10) must be at most 9."],
  [{ sections: { staticpair: true } }, ".sections.staticpair is not a key here: did you mean staticPair?"],
  [{ onDelete: "delete" }, '.onDelete ("delete") must be one of: keep, archive.'],
  [
    { localNode: undefined },
    ".localNode is missing, which localVolume and nginx below sections need: " +
      "name a node as kubectl get nodes shows it, or set them to false.",
  ],
  [
    { localNode: undefined, sections: { nginx: false } },
    ".localNode is missing, which localVolume below sections needs: " +
      "name a node as kubectl get nodes shows it, or set it to false.",
  ],
  [{ localNode: "Node 1" }, '.localNode ("Node 1") is not a Kubernetes name: small letters, digits, "-" and ".".'],
  [
    { localPath: "mnt/disks" },
    '.localPath ("mnt/disks") is not an absolute path without "..", such as /mnt/disks/ssd1.',
  ],
  [
    { localPath: "/mnt/../etc" },
    '.localPath ("/mnt/../etc") is not an absolute path without "..", such as /mnt/disks/ssd1.',
  ],
  [
    { sections: { redisTemplate: false } },
    ".sections.clusterIpService is on without redisTemplate, whose pods it gives an address: " +
      "set both to true, or both to false.",
  ],
  [{ hostPathNamespace: "shiqi" }, '.hostPathNamespace ("shiqi") is used twice: shiqi is namespace already.'],
  [{ quotaNamespace: "test" }, '.quotaNamespace ("test") is used twice: test is hostPathNamespace already.'],
  [
    { storageClass: "nfs client" },
    '.storageClass ("nfs client") is not a Kubernetes name: small letters, digits, "-" and ".".',
  ],
])("course %j is one error, said in full", (change, sentence) => {
  expect(errorsOf(course(change))).toEqual([`storage-lab:course${sentence}`]);
});

test("what a section that is off would need is not asked for", () => {
  const off = { localVolume: false, nginx: false, hostPath: false };
  expect(errorsOf(course({ localNode: undefined, hostPathNamespace: "shiqi", sections: off }))).toEqual([]);
});

describe("top-level keys", () => {
  test("no program, and a program that is none", () => {
    expect(errorsOf(raw({}))).toEqual([
      "storage-lab:program is missing. Set it: pulumi config set program infrastructure|course|classroom|shard -s test",
    ]);
    expect(errorsOf(raw({ "storage-lab:program": "curse" }))).toEqual([
      'storage-lab:program is "curse", which is no program: did you mean course?',
    ]);
  });

  test("an unknown key, with the one that was meant", () => {
    const config = infrastructure();
    config.values["storage-lab:sshPrivatKey"] = "x";
    expect(errorsOf(config)).toEqual([
      "storage-lab:sshPrivatKey is not a key of this project: did you mean sshPrivateKey?",
    ]);
  });

  test("keys of other projects and providers are not ours", () => {
    const config = infrastructure();
    config.values["kubernetes:context"] = "x";
    expect(errorsOf(config)).toEqual([]);
  });

  test("the key: missing, and in plain text", () => {
    const config = infrastructure();
    delete config.values[KEY];
    expect(errorsOf(config)).toEqual([
      "storage-lab:sshPrivateKey is missing. Set it: pulumi config set --secret sshPrivateKey -s test < KEYFILE",
    ]);
    expect(errorsOf({ ...infrastructure(), secretKeys: [] })).toEqual([
      "storage-lab:sshPrivateKey is stored in plain text. Store it encrypted: pulumi config set --secret sshPrivateKey -s test < KEYFILE",
    ]);
  });

  test("a public key in place of the key, which is not printed", () => {
    for (const value of ["ssh-ed25519 AAAAC3Nz me@here\n", "ecdsa-sha2-nistp256 AAAAE2Vj", "ssh-rsa AAAAB3Nz"]) {
      const config = infrastructure();
      config.values[KEY] = value;
      expect(errorsOf(config)).toEqual([
        "storage-lab:sshPrivateKey holds a public key, the private one is needed. " +
          "Set it: pulumi config set --secret sshPrivateKey -s test < KEYFILE",
      ]);
    }
  });

  test("the databases' password: missing while they are on, and in plain text", () => {
    const missing =
      "storage-lab:mysqlRootPassword is missing. Set it: pulumi config set --secret mysqlRootPassword -s test";
    const without = (sections: object) => {
      const config = course({ sections });
      delete config.values[ROOT_PASSWORD];
      return errorsOf(config);
    };
    expect(without({})).toEqual([missing]);
    expect(without({ mysql: false })).toEqual([]);
    expect(errorsOf({ ...course(), secretKeys: [KEY] })).toEqual([
      "storage-lab:mysqlRootPassword is stored in plain text. Store it encrypted: pulumi config set --secret mysqlRootPassword -s test",
    ]);
  });

  test("the settings: missing, no object, another program's", () => {
    expect(errorsOf(raw({ "storage-lab:program": "course" }))).toEqual([
      "storage-lab:course is missing. Pulumi.course-example.yaml shows what belongs there.",
    ]);
    expect(errorsOf(raw({ "storage-lab:program": "course", "storage-lab:course": "shiqi" }))).toEqual([
      'storage-lab:course is "shiqi", not an object. Pulumi.course-example.yaml shows what belongs there.',
    ]);
    const config = infrastructure();
    config.values["storage-lab:course"] = "{}";
    expect(errorsOf(config)).toEqual([
      "storage-lab:course is of another program: this stack runs infrastructure. Take it out.",
    ]);
  });
});

test("a kubeconfig that is not there is an error of the config", () => {
  const fileExists = (path: string) => path === "/etc/kubernetes/admin.conf";
  const errors = (kubeconfig?: string) => errorsOf({ ...infrastructure({ kubeconfig }), fileExists });
  expect(errors("/etc/kubernetes/admin.conv")).toEqual([
    'storage-lab:infrastructure.kubeconfig ("/etc/kubernetes/admin.conv") is not a file here: correct its path.',
  ]);
  expect(errors("/etc/kubernetes/admin.conf")).toEqual([]);
  expect(errors()).toEqual([]);
  expect(errors("apiVersion: v1\nkind: Config\n")).toEqual([]);
});

test("ten errors are told at once", () => {
  const config = infrastructure({
    nas: { name: "nas", host: "1.2.3", port: 0, user: "a b" },
    export: { path: "nfs", clients: ["nobody!"], mode: 777 },
    nodes: [{ name: "node1", host: "???" }],
    storageClasses: [{ name: "Class", reclaimPolicy: "Retain", onDelete: "delete" }],
    colour: "blue",
  });
  config.secretKeys = [];
  const errors = errorsOf(config);
  for (const key of [
    "sshPrivateKey",
    "nas.host",
    "nas.port",
    "nas.user",
    "export.path",
    "export.clients[0]",
    "export.mode",
    "nodes[0].host",
    "storageClasses[0].name",
    "colour",
  ]) {
    expect(errors.filter((error) => error.includes(key))).toHaveLength(1);
  }
  expect(() => parseConfig(config)).toThrow(/^Pulumi\.test\.yaml has 1\d errors; nothing was changed\./);
});

test.each(Object.keys(PROGRAMS))("the example of %s is a good config", (program) => {
  const file = parse(readFileSync(join(ROOT, `Pulumi.${program}-example.yaml`), "utf8")) as {
    config: Record<string, unknown>;
  };
  expect(errorsOf(raw(file.config))).toEqual([]);
});

test("what the examples say in comments is good config too", () => {
  for (const program of Object.keys(PROGRAMS)) {
    const text = readFileSync(join(ROOT, `Pulumi.${program}-example.yaml`), "utf8");
    const uncommented = text.replace(/^( {4,})# ( *(- )?[a-z][A-Za-z]*:( .*)?)$/gm, "$1$2");
    expect(uncommented).not.toBe(text);
    const file = parse(uncommented.replace("ssh-ed25519 AAAA...", "ssh-ed25519 AAAA")) as {
      config: Record<string, unknown>;
    };
    expect(errorsOf(raw(file.config))).toEqual([]);
  }
});

/** Lines of comments below `config:` that do not lead, without an empty line, to a key of their own depth. */
function strayComments(text: string): string[] {
  const lines = text.slice(text.indexOf("\nconfig:")).split("\n");
  const depth = (line = "") => line.search(/\S/);
  return lines.filter((line, index) => {
    if (!line.trimStart().startsWith("#")) return false;
    const next = lines.slice(index).find((each) => !each.trimStart().startsWith("#"));
    return depth(next) !== depth(line);
  });
}

// `pulumi config set` writes the file again, and moves comments at the end of a block out of it. A key that is
// uncommented there later is ignored without an error: outside `config:` Pulumi accepts any key.
test.each(Object.keys(PROGRAMS))("Pulumi leaves the comments of the example of %s where they are", (program) => {
  const text = readFileSync(join(ROOT, `Pulumi.${program}-example.yaml`), "utf8");
  expect(strayComments(text)).toEqual([]);
  expect(strayComments(`${text}    # generation: 1\n`)).toEqual(["    # generation: 1"]);
  expect(strayComments(text.replace(/^ +#$/m, ""))).not.toEqual([]);
});

test("config.schema.json is made from this code: npm run schema", () => {
  expect(JSON.parse(readFileSync(SCHEMA_FILE, "utf8"))).toEqual(JSON.parse(renderSchema()));
});
