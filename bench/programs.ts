import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { Progress } from "../exercises/runner/progress";
import { cached } from "../embedded/toolkit/cache";
import { goProgram } from "../embedded/toolkit/go";
import { run } from "../embedded/toolkit/run";

/** What a class is compared with, and the nodes that are simulated, each in the version of go/go.mod. */
export interface Programs {
  kwok: string;
  /** How kwok's nodes and pods live: upstream's own stages. */
  stages: string[];
  helm: string;
  /** Folder of Python's packages with Ansible. */
  ansible: string;
}

const MODULE = join(__dirname, "go");
const STAGES = [
  "pod/fast/pod-ready",
  "pod/fast/pod-complete",
  "pod/fast/pod-delete",
  "node/fast/node-initialize",
  "node/heartbeat-with-lease/node-heartbeat-with-lease",
];

/** Builds them from the Go module proxy; the first time that takes some minutes. */
export function buildPrograms(): Promise<Programs> {
  const progress = new Progress(process.stderr, { live: false });
  return progress.step("kwok, Helm and Ansible", async (step) => {
    const build = (name: string, path: string) =>
      goProgram({ name, module: MODULE, package: path, sources: ["go.mod"], apart: true }, step);
    const kwok = await build("kwok", "sigs.k8s.io/kwok/cmd/kwok");
    const helm = await build("helm", "helm.sh/helm/v4/cmd/helm");
    const list = ["list", "-m", "-f", "{{.Dir}}", "sigs.k8s.io/kwok"];
    const folder = execFileSync("go", list, { cwd: MODULE, encoding: "utf8" }).trim();
    const ansible = await ansiblePackages();
    return { kwok, helm, ansible, stages: STAGES.map((name) => join(folder, "kustomize", "stage", `${name}.yaml`)) };
  });
}

/** From PyPI, in the version of ansible/requirements.txt. */
function ansiblePackages(): Promise<string> {
  const requirements = join(__dirname, "ansible", "requirements.txt");
  const remedy = "Python 3.11 or newer with pip, and a PyPI that pip reaches, are needed.";
  return cached("ansible", { values: [], paths: [requirements] }, async (folder) => {
    await run("python3", ["-m", "pip", "install", "--quiet", "--target", folder, "--requirement", requirements], {
      remedy,
    });
  });
}
