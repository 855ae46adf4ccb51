import { basename, join } from "node:path";
import { goProgram, type GoProgram } from "../../toolkit/go";
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
  /** Stands in for upstream's CSI driver for NFS. */
  csiNfs: string;
  /** Upstream's own, which call the driver for objects of the API server. */
  csiProvisioner: string;
  csiAttacher: string;
  csiResizer: string;
}

/** Packages of the sidecars in the module sandbox/go/csi-sidecars, with the versions that its go.mod requires. */
export const SIDECARS = {
  csiProvisioner: {
    package: "github.com/kubernetes-csi/external-provisioner/v6/cmd/csi-provisioner",
    version: "v6.3.0",
  },
  csiAttacher: { package: "github.com/kubernetes-csi/external-attacher/v4/cmd/csi-attacher", version: "v4.12.0" },
  csiResizer: { package: "github.com/kubernetes-csi/external-resizer/v2/cmd/csi-resizer", version: "v2.2.0" },
} as const;

/** Builds the programs of sandbox/go; the first time this is by far the longest part of building the sandbox. */
export async function buildPrograms(report: Reporter): Promise<Programs> {
  return report.step("Kubernetes, etcd, CoreDNS, the provisioner and the CSI driver from source", async (step) => {
    const build = (name: string, more: Partial<GoProgram> = {}) =>
      goProgram({ name, module: join(__dirname, "..", "go", name), ...more }, step);
    const sidecar = (key: keyof typeof SIDECARS) => {
      const { package: path, version } = SIDECARS[key];
      const name = basename(path);
      const module = join(__dirname, "..", "go", "csi-sidecars");
      return goProgram({ name, module, package: path, variables: { "main.version": version } }, step);
    };
    const [, minor] = kubernetesVersion.split(".");
    return {
      kubelite: await build("kubelite", {
        variables: {
          "k8s.io/component-base/version.gitVersion": kubernetesVersion,
          "k8s.io/component-base/version.gitMajor": "1",
          "k8s.io/component-base/version.gitMinor": minor ?? "",
          "k8s.io/client-go/pkg/version.gitVersion": kubernetesVersion,
        },
      }),
      coredns: await build("coredns"),
      pause: await build("pause"),
      provisioner: await build("provisioner"),
      csiNfs: await build("csi-nfs", { apart: true }),
      csiProvisioner: await sidecar("csiProvisioner"),
      csiAttacher: await sidecar("csiAttacher"),
      csiResizer: await sidecar("csiResizer"),
    };
  });
}
