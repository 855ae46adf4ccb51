import type { HostCheck } from "../../../components/index";
import { scriptRevision } from "../../../components/nfs/script-text";
import type { Kind, Kinds } from "../../../exercises/cluster/kinds";
import { courseSettings } from "../../../exercises/runner/course-settings";
import { Progress } from "../../../exercises/runner/progress";
import type { Hosts, ScriptEnd } from "../../../operations/hosts/hosts";
import type { Lab } from "../../../operations/lab";
import { passed } from "../../../operations/probe/finding";
import type { Deployment, ObjectInputs, Resource } from "../../../operations/pulumi/deployment";
import type { Pulumi } from "../../../operations/pulumi/pulumi";
import { SECTION_MARK, STACK_MARK } from "../../../stacks/mark-names";
import { FakeCluster } from "../exercises/fake-cluster";

const MARK = "storage-lab/course-x";

/** The check that the course's directories hand out. */
export const check: HostCheck = {
  name: "directories",
  title: "The directories are there",
  host: "nas",
  port: 22,
  user: "root",
  script: "nfs-directories",
  values: {
    OWNER: "storage-lab/course-x/directories",
    EXPORT_PATH: "/nfs",
    DIRECTORIES: ["/nfs/one", "/nfs/two"],
    ADOPT: [],
    FILE_OWNER: "",
    MODE: "0777",
    GENERATION: 1,
  },
  revision: scriptRevision("nfs-directories"),
};

/** A resource of the course's state; `type` as Pulumi has it: "core/v1:Pod". */
export function resource(
  type: string,
  id: string,
  { section, ...fields }: { section?: string; spec?: unknown; data?: unknown } = {},
): Resource {
  const [name, namespace] = id.split("/").reverse();
  const annotations = { [STACK_MARK]: MARK, ...(section && { [SECTION_MARK]: section }) };
  const inputs = { ...fields, metadata: { name, namespace, annotations } } as ObjectInputs;
  return { urn: `urn::${type}::${id}`, type: `kubernetes:${type}`, id, inputs };
}

const volume = (name: string, section: string, path: string, claim: string) =>
  resource("core/v1:PersistentVolume", name, {
    section,
    spec: { nfs: { server: "nas", path }, claimRef: { namespace: "shiqi", name: claim } },
  });

/** Section one: a StatefulSet with a template on a static volume; section two: a volume, a claim in it and a ConfigMap. */
export const courseResources: Resource[] = [
  resource("core/v1:Namespace", "shiqi"),
  volume("pv-one", "one", "/nfs/one", "claim-one"),
  resource("core/v1:PersistentVolumeClaim", "shiqi/claim-one", { section: "one", spec: { volumeName: "pv-one" } }),
  resource("apps/v1:StatefulSet", "shiqi/redis", {
    section: "one",
    spec: {
      replicas: 0,
      selector: { matchLabels: { app: "redis" } },
      volumeClaimTemplates: [{ metadata: { name: "data" } }],
    },
  }),
  volume("pv-two", "two", "/nfs/two", "claim-two"),
  resource("core/v1:PersistentVolumeClaim", "shiqi/claim-two", { section: "two", spec: { volumeName: "pv-two" } }),
  resource("core/v1:ConfigMap", "shiqi/config", { section: "two", data: { key: "declared" } }),
  resource("core/v1:PersistentVolumeClaim", "default/dynamic", { section: "two" }),
];

/** Infrastructure of which one object is missing at first. */
const infrastructure: Deployment = {
  resources: [
    { urn: "urn::stack", type: "pulumi:pulumi:Stack", outputs: { hostChecks: [] } },
    resource("v1:Namespace", "nfs-provisioner"),
  ],
};

const statusOf = (kind: Kind) =>
  kind === "PersistentVolume" || kind === "PersistentVolumeClaim" ? { phase: "Bound" } : {};

/** A course in memory. Its cluster has what its stack declares; what is done is noted in `done`, in order. */
export class ResetLab {
  readonly done: string[] = [];
  readonly cluster = new FakeCluster();
  /** What `list` prints on the NAS. */
  snapshots = "";
  /** How a script on the NAS ends, by its action. */
  onHost: (action: string) => Partial<ScriptEnd> = () => ({});
  isNasRight = true;
  /** Throws where the API server refuses. */
  onCreate: (kind: Kind, object: Kinds[Kind]) => void = () => {};
  withInfrastructure = false;
  said = "";
  private uids = 0;

  constructor(readonly resources = courseResources) {
    this.make(resources);
    this.cluster.onRemove = (kind, name) => this.done.push(`delete ${kind} ${name}`);
    this.cluster.onCreate = (kind, object) => {
      this.onCreate(kind, object);
      this.done.push(`create ${kind} ${object.metadata?.name}`);
      // As the API server and the volume controller do.
      Object.assign(object, { metadata: { ...object.metadata, uid: `uid-${++this.uids}` }, status: statusOf(kind) });
    };
  }

  /** Adds an object of which the stack knows nothing. */
  add<K extends Kind>(kind: K, name: string, namespace: string | undefined, object: object = {}): this {
    const { metadata, ...fields } = object as { metadata?: object };
    const whole = { ...fields, metadata: { name, namespace, uid: `uid-${++this.uids}`, ...metadata } };
    this.cluster.add(kind, whole as Kinds[K]);
    return this;
  }

  /** What `pulumi up` does: it makes what is missing. */
  private make(resources: Resource[]): void {
    for (const { type, id = "", inputs } of resources.filter(({ id }) => id)) {
      const kind = type.split(":").at(-1) as Kind;
      const [name = "", namespace] = id.split("/").reverse();
      const there = this.cluster.objects.some(
        (each) =>
          each.kind === kind && each.object.metadata?.name === name && each.object.metadata.namespace === namespace,
      );
      const fields = { ...structuredClone(inputs), status: statusOf(kind), metadata: inputs?.metadata };
      if (!there) this.add(kind, name, namespace, fields);
    }
  }

  get lab(): Lab {
    const stack: Resource = {
      urn: "urn::stack",
      type: "pulumi:pulumi:Stack",
      outputs: { hostChecks: [check], namespace: "shiqi" },
    };
    const state: Deployment = { resources: [stack, ...this.resources] };
    const pulumi: Partial<Pulumi> = {
      state: (name) => Promise.resolve(name === "course-x" ? state : infrastructure),
      lastOperation: () => Promise.resolve({ kind: "update", result: "succeeded" }),
      change: (name, verb, _step, { flags = [] } = {}) => {
        this.done.push(["pulumi", verb, name, ...flags].join(" "));
        this.make(name === "course-x" ? this.resources : (infrastructure.resources ?? []));
        return Promise.resolve();
      },
    };
    const end = (action: string, stdout = ""): Promise<ScriptEnd> => {
      this.done.push(`nas: ${action}`);
      return Promise.resolve({
        exitCode: 0,
        stdout,
        stderr: "",
        error: "",
        reached: true,
        ...this.onHost(action.split(" ")[0] ?? ""),
      });
    };
    const hosts: Partial<Hosts> = {
      look: ({ host, title }) =>
        Promise.resolve(this.isNasRight ? passed(host, title) : { id: host, title, passed: false }),
      apply: () => end("update"),
      run: (_address, text, action) => {
        const [name = ""] = /(?<=^SNAPSHOT=).*$/m.exec(text) ?? [];
        const [directories = ""] = /(?<=^DIRECTORIES=\().*(?=\)$)/m.exec(text) ?? [];
        return end(action === "list" ? action : [action, name, directories].join(" "), this.snapshots);
      },
    };
    return {
      pulumi: pulumi as Pulumi,
      hosts: hosts as Hosts,
      cluster: this.cluster as unknown as Lab["cluster"],
      stacks: [
        ...(this.withInfrastructure
          ? [{ name: "infrastructure-x", program: "infrastructure" as const, state: infrastructure }]
          : []),
        { name: "course-x", program: "course", state },
      ],
      settings: courseSettings,
      progress: new Progress({ write: (text: string) => (this.said += text) }, { live: false }),
    };
  }
}
