import type { StudentGrades } from "../../../grading/runner/results-schema";
import type { GradedClass } from "./grades";

/** A text for people, in both languages of the page. */
export interface Words {
  en: string;
  zh: string;
}

/** How a volume, or a claim without one, fares. */
export type State = "in use" | "bound" | "available" | "waiting" | "released" | "wrong" | "ending";

/** An error and a warning need somebody; a note is good to know. */
export type Severity = "error" | "warning" | "note";

/** One thing that is wrong, or good to know, about a line. */
export interface Finding {
  /** What kind of thing, the same for all lines. */
  id: string;
  severity: Severity;
  /** What is seen, in a sentence. */
  text: Words;
  /** Why it is so. */
  cause?: Words;
  /** Shows it; changes nothing. */
  command?: string;
}

/** Where the bytes of a volume live. */
export interface Directory {
  kind: "nfs" | "node" | "other";
  /** The NFS server, the node, or what makes volumes of another kind. */
  host?: string;
  path: string;
  /** Bytes in it, and how many fit; left out where nobody could look. */
  used?: number;
  limit?: number;
  /** `uid:gid`, or their names. */
  owner?: string;
  /** As `0755`. */
  mode?: string;
  /** Somebody has looked, and it is not there. */
  missing?: true;
}

export interface VolumePart {
  name: string;
  phase: string;
  /** `NAMESPACE/NAME` of the claim that it is kept for. */
  claimRef?: string;
  /** Uid of that claim; left out while the volume is only reserved. */
  claimUid?: string;
  /** "" where it is of none. */
  className: string;
  reclaim: string;
  capacity: string;
  modes: string[];
  since?: string;
}

export interface ClaimPart {
  namespace: string;
  name: string;
  phase: string;
  uid?: string;
  /** Undefined where the cluster chooses. */
  className?: string;
  requested: string;
  modes: string[];
  since?: string;
  /** Only the volume remembers it. */
  gone?: true;
}

/** A pod that has the claim among its volumes, or a workload that has no pod now. */
export interface UserPart {
  /** `StatefulSet/NAME`; left out for a pod of its own. */
  workload?: string;
  pod?: string;
  /** What the pod does, as `kubectl get pods` says it. */
  status: string;
  ready: boolean;
  node?: string;
  /** Where in its container. */
  path?: string;
  mount: "mounted" | "not mounted" | "hangs" | "refused";
}

/** One line of sight: from a directory on the NAS to the node that mounts it. */
export interface Line {
  /** `volume/NAME`, or `claim/NAMESPACE/NAME` for a claim that has no volume. */
  id: string;
  /** The namespace that it belongs to; "" for a volume of nobody. */
  group: string;
  name: string;
  /** The course's section that it is of. */
  section?: string;
  state: State;
  /** The worst of its findings. */
  severity?: Severity;
  directory?: Directory;
  volume?: VolumePart;
  claim?: ClaimPart;
  users: UserPart[];
  findings: Finding[];
}

/** A namespace that has lines, and whose it is. */
export interface Group {
  name: string;
  /** The class that it is of. */
  className?: string;
  student?: string;
  /** The student's name as people write it. */
  realName?: string;
  /** Bytes that the student has stored, and how many fit. */
  used?: number;
  limit?: number;
  /** Of a student: the pods there, by their names. */
  pods?: PodStart[];
  /** What is wrong with all of it, and with no line alone. */
  findings: Finding[];
}

/** How long a pod took to be Ready. */
export interface PodStart {
  name: string;
  /** Left out while it is not Ready, and of one that has restarted: when it was Ready first, nobody knows any more. */
  seconds?: number;
  restarted?: true;
}

/** Something that happened, in words. */
export interface News {
  id: string;
  /** Milliseconds since 1970. */
  at: number;
  tone: "good" | "bad" | "neutral";
  text: Words;
  /** The line that it is about. */
  line?: string;
}

/** Whether the page follows the cluster, and since when it does not. */
export interface Connection {
  live: boolean;
  since: number;
  reason?: string;
}

/** The export itself, where somebody could look. */
export interface Storage {
  host: string;
  path: string;
  size: number;
  free: number;
}

export interface Nas {
  /** When it was looked at last; left out where no SSH leads there. */
  at?: number;
  /** Why the last look saw nothing. */
  error?: Words;
  storages: Storage[];
}

/** All that the page shows. */
export interface Picture {
  /** What the page is of. */
  title: string;
  connection: Connection;
  nas: Nas;
  groups: Record<string, Group>;
  lines: Record<string, Line>;
  /** The newest last. */
  news: News[];
  /** What the grader has found, where it has run. */
  graded?: GradedClass;
  /** By the students' names. */
  grades: Record<string, StudentGrades>;
}

/** What of a picture has changed; what is left out is as before. */
export interface PictureChange {
  connection?: Connection;
  nas?: Nas;
  groups?: Group[];
  goneGroups?: string[];
  lines?: Line[];
  gone?: string[];
  news?: News[];
  graded?: GradedClass;
  grades?: StudentGrades[];
  goneGrades?: string[];
}
