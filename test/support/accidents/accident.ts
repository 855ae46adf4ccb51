import type { Datum } from "../lesson-data";

/** What somebody types, and where. */
export interface Command {
  /** `here`: with the lab's kubectl and pulumi. */
  on: "here" | "nas" | "node2";
  text: string;
  /** Its standard input. */
  input?: string;
}

/** Something that a student does to a lab, after which `up` has to end proven. */
export interface Accident {
  /** Short, for figures and for `--name`. */
  id: string;
  /** In words. */
  what: string;
  commands: Command[];
  /** Succeeds once it has happened. @default it has when the commands have ended */
  until?: Command;
  /** A host boots, which ends connections to it. */
  boots?: boolean;
  /** Data that goes with the commands themselves. @default none */
  loses?: Datum[];
  /** Data that goes when another accident takes away the pod that holds it. @default none */
  losesWithPod?: Datum[];
  /** What `up` names as a loss, and asks for. @default nothing is lost */
  asks?: RegExp;
  /**
   * What becomes of others' exports: `dropped` from the table by the commands; or `forgotten`, where the one in no file goes
   * when the NFS server starts. @default they stay
   */
  exportsOfOthers?: "dropped" | "forgotten";
  /** Proves what the probe, which only looks, does not. */
  proof?: Command;
}

export const here = (text: string, input?: string): Command => ({ on: "here", text, input });
export const kubectl = (words: string, input?: string): Command => here(`kubectl ${words}`, input);
export const nas = (text: string): Command => ({ on: "nas", text });
export const node2 = (text: string): Command => ({ on: "node2", text });

/** A command as a student types it. */
export function typed({ on, text }: Command): string {
  return on === "here" ? text : `ssh ${on} '${text}'`;
}

/** Succeeds when one field of an object has a value that matches a pattern of `grep -E`. */
export function shows(object: string, field: string, pattern: string): Command {
  return kubectl(`get ${object} --output=jsonpath='{${field}}' | grep -E '${pattern}'`);
}

/** Succeeds when a new claim of the class gets its volume: what makes volumes may look well and have no rights. */
export const bindsClaim = (storageClass: string): Command =>
  here(
    "kubectl apply -f - && kubectl wait --for=jsonpath={.status.phase}=Bound pvc/proof -n others --timeout=60s && " +
      "kubectl delete pvc proof -n others",
    claimText("proof", "others", storageClass),
  );

/** A claim as a student writes it. */
export function claimText(name: string, namespace: string, storageClassName: string, more: object = {}): string {
  return JSON.stringify({
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name, namespace },
    spec: {
      accessModes: ["ReadWriteMany"],
      storageClassName,
      resources: { requests: { storage: "64Mi" } },
      ...more,
    },
  });
}
