import { claimText } from "./accidents/accident";
import type { TestLab } from "./test-lab";

const namespace = "others";

/** Objects of somebody else: cluster-wide, in a namespace of their own, and next to the course's examples. */
const objects = [
  { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } },
  { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "notes", namespace }, data: { lesson: "mine" } },
  { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "others-notes", namespace: "default" }, data: { a: "b" } },
  { apiVersion: "v1", kind: "Secret", metadata: { name: "key", namespace }, stringData: { key: "mine" } },
  {
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: { name: "others" },
    provisioner: "kubernetes.io/no-provisioner",
    volumeBindingMode: "WaitForFirstConsumer",
  },
  {
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: { name: "others" },
    spec: {
      capacity: { storage: "64Mi" },
      accessModes: ["ReadWriteOnce"],
      storageClassName: "others",
      hostPath: { path: "/mnt/others" },
    },
  },
  {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRole",
    metadata: { name: "others" },
    rules: [{ apiGroups: [""], resources: ["configmaps"], verbs: ["get"] }],
  },
];

/** Two exports of others: one that nobody wrote into a file, and one in a file of its own. */
const byHand = { path: "/srv/other", client: "192.168.110.0/24", options: "ro,sync,no_subtree_check" };
const inFile = { path: "/srv/other-in-file", client: "192.168.110.0/24", options: "ro,sync,no_subtree_check" };
const exportsFile = "/etc/exports.d/others.exports";

const clusterWide = [`namespace/${namespace}`, "storageclass/others", "clusterrole/others", "pv/others"];

const DIVIDER = "-- next --";

/** A directory of others below the export. */
const directory = "/nfs/others-data";

interface Live {
  kind: string;
  metadata: { name: string; uid: string; resourceVersion?: string; managedFields?: unknown };
  status?: unknown;
}

/** What does not belong to the lab's stacks, on the cluster and on the NAS, and must never change. */
export class ForeignThings {
  private before: Record<string, string> = {};
  /** Of the claim: its volume, and the directory of that on the NAS. */
  private volume = "";
  private folder = "";

  constructor(private readonly lab: TestLab) {}

  async make(): Promise<void> {
    const claim = claimText("kept", namespace, "nfs-client-retain");
    const items = [...objects, JSON.parse(claim) as object];
    const list = JSON.stringify({ apiVersion: "v1", kind: "List", items });
    await this.lab.ok(["exec", "--", "kubectl", "apply", "--filename=-"], { input: list });
    const kept = ["pvc/kept", `--namespace=${namespace}`];
    await this.lab.kubectl("wait", "--for=jsonpath={.status.phase}=Bound", ...kept, "--timeout=60s");
    this.volume = await this.lab.kubectl("get", ...kept, "--output=jsonpath={.spec.volumeName}");
    this.folder = await this.lab.kubectl("get", `pv/${this.volume}`, "--output=jsonpath={.spec.nfs.path}");
    const script = [
      "set -e",
      `mkdir -p ${byHand.path} ${inFile.path} ${directory}`,
      `echo mine | tee ${directory}/file ${this.folder}/file`,
      `chown 1234:1234 ${directory} && chmod 0711 ${directory}`,
      `echo '${inFile.path} ${inFile.client}(${inFile.options})' > ${exportsFile}`,
    ];
    await this.lab.ssh("nas", script.join("\n"));
    await this.exportAgain();
    this.before = await this.state();
  }

  /** Puts both exports into force; for accidents that take them away themselves, so that nobody else can be blamed. */
  async exportAgain(): Promise<void> {
    const line = ({ path, client, options }: typeof byHand) => `exportfs -i -o ${options} ${client}:${path}`;
    await this.lab.ssh("nas", `${line(byHand)} && ${line(inFile)}`);
  }

  /** What was changed, in words. An export in no file is forgotten where the NFS server starts: that is no change then. */
  async changes({ forgotten = false } = {}): Promise<string[]> {
    const now = await this.state();
    return Object.keys({ ...this.before, ...now })
      .filter((key) => now[key] !== this.before[key] && !(forgotten && key === exportKey(byHand.path)))
      .map((key) => `${key} is ${now[key] ?? "gone"}, and was ${this.before[key] ?? "not there"}`);
  }

  async remove(): Promise<void> {
    const volume = this.volume === "" ? [] : [`pv/${this.volume}`];
    await this.lab.kubectl("delete", "--ignore-not-found", "configmap/others-notes", "--namespace=default");
    await this.lab.kubectl("delete", "--ignore-not-found", ...clusterWide, ...volume);
    const script = [
      ...[byHand, inFile].map(({ path, client }) => `exportfs -u ${client}:${path} || true`),
      `rm -rf ${exportsFile} ${directory} ${byHand.path} ${inFile.path} ${this.folder}`,
    ];
    await this.lab.ssh("nas", script.join("\n"));
  }

  /** Objects by uid and content, directories by inode, owner, mode and content, exports by their options. */
  private async state(): Promise<Record<string, string>> {
    const lists = [
      [...clusterWide, `pv/${this.volume}`],
      ["configmap/notes", "secret/key", "pvc/kept", `--namespace=${namespace}`],
      ["configmap/others-notes", "--namespace=default"],
    ];
    const gets = lists.map(
      (words) => `kubectl get --ignore-not-found --output=json ${words.join(" ")}\necho '${DIVIDER}'`,
    );
    const paths = [directory, `${directory}/file`, this.folder, `${this.folder}/file`, exportsFile];
    const look = `for path in ${paths.join(" ")}; do
  echo "$path=$(stat --format='%i %U:%G %a' $path) $([ ! -f $path ] || sha256sum < $path)"
done
awk '$1 ~ "^/srv/other" { print "${exportKey("")}" $1 "=" $2 }' /var/lib/nfs/etab`;
    const [texts, lines] = await Promise.all([
      this.lab.ok(["exec", "--", "bash", "-ec", gets.join("\n")]),
      this.lab.ssh("nas", look),
    ]);
    const live = texts.split(`${DIVIDER}\n`).flatMap(itemsOf).map(contentOf);
    return Object.fromEntries([...live, ...lines.split("\n").filter(Boolean).map(splitAtFirst)]);
  }
}

const exportKey = (path: string): string => `export ${path}`;

function itemsOf(text: string): Live[] {
  if (text.trim() === "") return [];
  const found = JSON.parse(text) as Live | { items: Live[] };
  return "items" in found ? found.items : [found];
}

/** All of an object but what the API server counts, and what controllers report. */
function contentOf(object: Live): [string, string] {
  const metadata = { ...object.metadata, resourceVersion: undefined, managedFields: undefined };
  return [`${object.kind} ${object.metadata.name}`, JSON.stringify({ ...object, metadata, status: undefined })];
}

function splitAtFirst(line: string): [string, string] {
  const at = line.indexOf("=");
  return [line.slice(0, at), line.slice(at + 1)];
}
