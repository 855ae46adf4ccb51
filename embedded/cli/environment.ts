import { delimiter, dirname, join } from "node:path";
import type { Choices } from "./choices";
import type { LabFiles } from "./lab-files";
import { pluginEnvironment } from "../engine";

/**
 * What the engine and the plugins need on own hosts: nothing of the sandbox, and the user's own Pulumi home. `others` are
 * the paths of plugins besides.
 */
export function toolEnvironment({ engine, plugins }: Choices, others: string[] = []): Record<string, string> {
  const folders = [
    dirname(engine.pulumi),
    plugins.folder,
    ...others.map((plugin) => dirname(plugin)),
    dirname(process.execPath),
  ];
  return {
    PATH: pathOf(folders, process.env.PATH ?? ""),
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
  };
}

/** The environment of `./lab exec` and `./lab shell`, and of every call of Pulumi: the lab's cluster, state and tools. */
export function labEnvironment(
  files: LabFiles,
  kubeconfig: string,
  path = process.env.PATH ?? "",
): Record<string, string> {
  return {
    PATH: pathOf([files.bin, dirname(process.execPath)], path),
    KUBECONFIG: kubeconfig,
    ...pluginEnvironment(files.pulumiHome),
    // Without `.attrs` files: Pulumi leaves an empty one when it is killed, and can then no longer read the stack.
    PULUMI_BACKEND_URL: `file://${files.state}?metadata=skip`,
    PULUMI_CONFIG_PASSPHRASE_FILE: files.passphrase,
    STORAGE_LAB_HOME: files.home,
  };
}

/** Where the sandbox writes the administrator's kubeconfig. */
export function adminKubeconfig(files: LabFiles): string {
  return join(files.home, "cluster", "admin.kubeconfig");
}

function pathOf(first: string[], rest: string): string {
  return [...new Set([...first, ...rest.split(delimiter)])].join(delimiter);
}
