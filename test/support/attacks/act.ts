/** Where acts are done: a class with two students, of which one acts and the other is attacked. */
export interface Place {
  className: string;
  /** Namespace of the student who acts. */
  own: string;
  /** Namespace of the other student. */
  other: string;
  /** A namespace outside the class, for controls by the administrator. */
  outside: string;
  /** The NAS, and the class's directory on it. */
  server: string;
  path: string;
  /** The class's StorageClass. */
  storageClass: string;
  /** Another StorageClass of the cluster. */
  otherClass: string;
  /** Redis's image, which the nodes have. */
  image: string;
  /** An image with an NFS client that needs nothing of the kernel. */
  nfsImage: string;
  node: string;
  /** Addresses of that node and of the control plane's machine. */
  nodeAddress: string;
  controlPlane: string;
  /** How many files and directories a student may have on the NAS. */
  inodes: number;
}

/**
 * Who acts: the student with a kubeconfig, the account of the student's pods, a process in a pod of the student; or the
 * administrator, and a process in a node's network, as all that pods send is for hosts outside.
 */
export type Actor = "student" | "account" | "pod" | "administrator" | "node";

/** A shell command: `kubectl` is the actor's. For a pod and a node, what a shell runs in a container there. */
export interface Command {
  text: string;
  /** Its standard input. */
  input?: string;
  /** Which container: with the NFS client, or with Redis's programs. @default "nfs" */
  container?: "nfs" | "redis";
}

export interface Act {
  /** Short, for figures and for `--name`. */
  id: string;
  /** In words. */
  what: string;
  kind: "forbidden" | "allowed";
  as: Actor;
  command: (place: Place) => Command;
  /** What has to be there, made by the administrator. */
  before?: (place: Place) => Command;
  /** Words of the refusal, so that a command that merely fails proves nothing. Forbidden acts have it. */
  refusal?: RegExp;
  /** The same act where it is nobody's harm: it succeeds, or the act would fail for everybody. Forbidden acts have it. */
  control?: { as: Actor; command: (place: Place) => Command };
  /** Removes what the act left, by the administrator; also where it succeeded and should not have. */
  after?: (place: Place) => Command;
}

export const kubectl = (words: string, input?: string): Command => ({ text: `kubectl ${words}`, input });

/** Makes an object. */
export const create = (object: object, options = ""): Command =>
  kubectl(`create -f - ${options}`, JSON.stringify(object));

type Manifest = (place: Place) => { kind: string; metadata: { name?: string; namespace?: string } };

interface ManifestAct {
  id: string;
  what: string;
  manifest: Manifest;
  refusal: RegExp;
  /** Where the administrator may make the same: in place, or in a namespace outside the class. @default "outside" */
  control?: "in place" | "outside";
}

/** The student makes an object, and is refused. */
export function refusedObject({ id, what, manifest, refusal, control = "outside" }: ManifestAct): Act {
  const elsewhere = (place: Place) => (control === "outside" ? { ...place, own: place.outside } : place);
  return {
    id,
    what,
    kind: "forbidden",
    as: "student",
    command: (place) => create(manifest(place)),
    refusal,
    control: {
      as: "administrator",
      command: (place) => create(manifest(elsewhere(place)), "--dry-run=server"),
    },
    after: (place) => removal(manifest(place)),
  };
}

/** The student makes an object from which a controller makes the one that is refused, as the object's events say. */
export function refusedByController(act: ManifestAct): Act {
  const { manifest } = act;
  const whole = refusedObject(act);
  const described = (place: Place) => {
    const { kind, metadata } = manifest(place);
    return (
      `for i in $(seq 30); do said=$(kubectl get events -n ${place.own} -o jsonpath='{range .items[*]}{.message}{"\\n"}{end}' | ` +
      `grep -F "denied request" | tail -1); [ -z "$said" ] || { echo "$said" >&2; exit 1; }; sleep 1; done; ` +
      `echo "nobody refused what was made from ${kind} ${metadata.name}"`
    );
  };
  return {
    ...whole,
    // Events of an act before it would answer for it.
    before: (place) => kubectl(`delete events --all -n ${place.own}`),
    command: (place) => {
      const { text, input } = create(manifest(place));
      return { text: `${text} && ${described(place)}`, input };
    },
  };
}

/** The student, or the pods' account, says something with kubectl that the administrator may say. */
export function refusedWords(
  id: string,
  what: string,
  words: (place: Place) => Command,
  more: Partial<Pick<Act, "as" | "refusal" | "before" | "after">> & { controlWords?: (place: Place) => Command } = {},
): Act {
  const { controlWords, ...rest } = more;
  return {
    id,
    what,
    kind: "forbidden",
    as: "student",
    command: words,
    refusal: /is forbidden: User "system:serviceaccount:\S+" cannot \S+ resource ".*" in API group/,
    control: { as: "administrator", command: controlWords ?? words },
    ...rest,
  };
}

function removal({ kind, metadata }: ReturnType<Manifest>): Command {
  const name = metadata.name ?? "--all";
  const namespace = metadata.namespace === undefined ? "" : `-n ${metadata.namespace}`;
  if (metadata.name === undefined) return { text: "true" };
  return kubectl(`delete ${kind} ${name} ${namespace} --ignore-not-found --wait=false`);
}
