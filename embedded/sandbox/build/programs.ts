import { join } from "node:path";
import { goProgram } from "../../toolkit/go";
import type { Reporter } from "../../../exercises/runner/progress";

/** Version of Kubernetes that sandbox/go/kubelite/go.mod requires, as `kubectl version` shall show it. */
export const kubernetesVersion = "v1.36.3";

/** Paths of the sandbox's executables. */
export interface Programs {
  /** Kubernetes and etcd in one: `kubelite kube-apiserver …`, or a symbolic link of that name. */
  kubelite: string;
  coredns: string;
  pause: string;
  provisioner: string;
}

/** Builds the programs of sandbox/go; the first time this is by far the longest part of building the sandbox. */
export async function buildPrograms(report: Reporter): Promise<Programs> {
  return report.step("Kubernetes, etcd, CoreDNS and the provisioner from source", async (step) => {
    const build = (name: string, variables?: Record<string, string>) =>
      goProgram({ name, module: join(__dirname, "..", "go", name), variables }, step);
    const [, minor] = kubernetesVersion.split(".");
    return {
      kubelite: await build("kubelite", {
        "k8s.io/component-base/version.gitVersion": kubernetesVersion,
        "k8s.io/component-base/version.gitMajor": "1",
        "k8s.io/component-base/version.gitMinor": minor ?? "",
        "k8s.io/client-go/pkg/version.gitVersion": kubernetesVersion,
      }),
      coredns: await build("coredns"),
      pause: await build("pause"),
      provisioner: await build("provisioner"),
    };
  });
}
