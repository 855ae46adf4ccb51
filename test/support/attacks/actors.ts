import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Actor, Command, Place } from "./act";
import type { Ending, Run } from "./attempt";
import { claim, ownClaim, ownVolume, pod } from "./objects";

/** Longest run of one command, in seconds. */
const LIMIT = 240;

/** The student's pod in which acts are done, with an own static volume at /own, a claim at /claim, and an emptyDir. */
const INSIDE = "inside";
/** The administrator's, in its node's network. */
const WITNESS = "witness";

const SLEEP = ["sh", "-c", "trap 'exit 0' TERM INT; sleep infinity & wait"];

/** Where the cluster is reached: the lab's network and programs. */
export interface Entrance {
  /** The command line that runs another one there. */
  enter: (command: string[]) => string[];
  environment: NodeJS.ProcessEnv;
}

/** Those who act in a class, each with what they need. */
export class Actors {
  private readonly folder = mkdtempSync(join(tmpdir(), "storage-lab-actors-"));

  /** @param kubeconfig The student's, as it is handed out. */
  constructor(
    readonly place: Place,
    private readonly entrance: Entrance,
    private readonly kubeconfig: string,
  ) {
    writeFileSync(this.access("student"), kubeconfig);
  }

  /** Makes the pods in which acts are done, and the access of the pods' account. */
  async prepare(): Promise<void> {
    const { own, outside, nfsImage, image, storageClass, node } = this.place;
    const token = await this.must("administrator", { text: `kubectl create token default -n ${own}` });
    writeFileSync(this.access("account"), this.kubeconfig.replace(/^(\s+token: ).*$/m, `$1${token.trim()}`));

    const containers = [
      { name: "nfs", image: nfsImage, command: SLEEP, resources: { limits: { memory: "64Mi" } } },
      { name: "redis", image, command: SLEEP, resources: { limits: { memory: "64Mi" } } },
    ];
    const mounts = ["own", "claim", "scratch"].map((name) => ({ name, mountPath: `/${name}` }));
    const inside = pod(this.place, INSIDE, {
      volumes: [
        { name: "own", persistentVolumeClaim: { claimName: "own-3" } },
        { name: "claim", persistentVolumeClaim: { claimName: INSIDE } },
        { name: "scratch", emptyDir: {} },
      ],
    });
    inside.spec.containers = containers.map((each) => ({ ...each, volumeMounts: mounts }));
    const items = [
      ownVolume(this.place, "own-3"),
      ownClaim(this.place, "own-3"),
      claim(this.place, INSIDE, { storageClassName: storageClass }),
      inside,
    ];
    const witness = pod({ ...this.place, own: outside }, WITNESS, { hostNetwork: true, nodeName: node });
    witness.spec.containers = containers;
    const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: outside } };
    const list = (objects: object[]) => JSON.stringify({ apiVersion: "v1", kind: "List", items: objects });
    await this.must("administrator", { text: "kubectl apply -f -", input: list([namespace, witness]) });
    await this.must("student", { text: "kubectl apply -f -", input: list(items) });
    const ready = "--for=condition=Ready --timeout=180s";
    await this.must("student", { text: `kubectl wait pod/${INSIDE} -n ${own} ${ready}` });
    await this.must("administrator", { text: `kubectl wait pod/${WITNESS} -n ${outside} ${ready}` });
  }

  /** Removes what `prepare` has made. */
  async remove(): Promise<void> {
    const { own, outside } = this.place;
    const words = "--ignore-not-found --timeout=120s";
    const text =
      `kubectl delete pod/${INSIDE} pvc/${INSIDE} pvc/own-3 -n ${own} ${words} && ` +
      `kubectl delete pv/${own}.own-3 namespace/${outside} ${words}`;
    await this.must("administrator", { text });
  }

  /** Forgets the accesses. */
  forget(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Runs a command as somebody. */
  readonly run: Run = (as, { text, input, container = "nfs" }) => {
    const [who, words] = {
      pod: ["student", this.exec(this.place.own, INSIDE, container, text)],
      node: ["administrator", this.exec(this.place.outside, WITNESS, container, text)],
      student: ["student", ["bash", "-c", text]],
      account: ["account", ["bash", "-c", text]],
      administrator: ["administrator", ["bash", "-c", text]],
    }[as] as [Actor, string[]];
    const { environment } = this.entrance;
    const env = who === "administrator" ? environment : { ...environment, KUBECONFIG: this.access(who) };
    return ended(this.entrance.enter(words), { env, cwd: this.folder, input });
  };

  private exec(namespace: string, name: string, container: string, text: string): string[] {
    return ["kubectl", "exec", "-n", namespace, name, "-c", container, "--", "bash", "-c", text];
  }

  private access(who: Actor): string {
    return join(this.folder, `${who}.kubeconfig`);
  }

  private async must(as: Actor, command: Command): Promise<string> {
    const { code, output } = await this.run(as, command);
    if (code !== 0) throw new Error(`${as}: ${command.text} failed:\n${output}`);
    return output;
  }
}

function ended(
  [program = "", ...words]: string[],
  { input = "", ...options }: { env: NodeJS.ProcessEnv; cwd: string; input?: string },
): Promise<Ending> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, { ...options, timeout: LIMIT * 1000, killSignal: "SIGKILL" });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        output += text;
      });
    }
    child.once("error", reject);
    child.once("close", (code) => resolve({ code: code ?? 1, output }));
    // A command that reads nothing may have ended before.
    child.stdin.on("error", () => {});
    child.stdin.end(input);
  });
}
