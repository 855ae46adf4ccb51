import { openSync } from "node:fs";
import { join } from "node:path";
import execa from "execa";
import { parse } from "yaml";
import { kubectl, kubectlJson } from "./kubectl";
import type { Programs } from "./programs";

const NODES = ["simulated-1", "simulated-2", "simulated-3", "simulated-4"];

interface Node {
  metadata: { name: string };
  spec: { unschedulable?: boolean };
}

/**
 * Does something while new pods go to simulated nodes alone, where they are Ready at once: the control plane is real, and no
 * kubelet takes part. Afterwards, also after an error or a signal, the cluster's own nodes take pods again.
 */
export async function withSimulatedNodes(
  { kwok, stages }: Programs,
  folder: string,
  work: () => Promise<void>,
): Promise<void> {
  const { items } = await kubectlJson<{ items: Node[] }>(["get", "nodes"]);
  const own = items.filter(({ metadata }) => !NODES.includes(metadata.name));
  const cordoned = own.filter(({ spec }) => !spec.unschedulable).map(({ metadata }) => metadata.name);
  const log = openSync(join(folder, "kwok.log"), "a");
  const configs = stages.flatMap((file) => ["--config", file]);
  const options = ["--manage-nodes-with-annotation-selector", "kwok.x-k8s.io/node=fake", "--cidr", "10.99.0.0/16"];
  const kubeconfig = process.env.KUBECONFIG ?? "";
  const simulator = execa(
    kwok,
    ["--kubeconfig", kubeconfig, "--node-lease-duration-seconds", "40", ...options, ...configs],
    {
      stdio: ["ignore", log, log],
      reject: false,
      // Ctrl-C is not for it: pods go by it in the end.
      detached: true,
    },
  );
  // What runs ends by Ctrl-C itself, as an error, and then all is put back.
  const goOn = () => process.stderr.write("interrupted; the cluster is put back as it was\n");
  process.on("SIGINT", goOn);
  try {
    await kubectl(["apply", "-f", "-"], JSON.stringify({ apiVersion: "v1", kind: "List", items: NODES.map(nodeOf) }));
    await kubectl(["wait", "node", ...NODES, "--for=condition=Ready", "--timeout=60s"]);
    if (cordoned.length > 0) await kubectl(["cordon", ...cordoned]);
    await work();
  } finally {
    try {
      if (cordoned.length > 0) await kubectl(["uncordon", ...cordoned]);
      await kubectl(["delete", "node", ...NODES, "--ignore-not-found"]);
    } finally {
      // Also where the cluster is gone.
      simulator.kill();
      await simulator;
      process.off("SIGINT", goOn);
    }
  }
}

const nodeOf = (name: string) =>
  parse(`
apiVersion: v1
kind: Node
metadata:
  name: ${name}
  annotations: { kwok.x-k8s.io/node: fake }
  labels: { kubernetes.io/hostname: ${name}, kubernetes.io/os: linux, kubernetes.io/arch: amd64 }
status:
  capacity: &room { cpu: "256", memory: 1Ti, pods: "1000", ephemeral-storage: 1Ti }
  allocatable: *room
`) as object;
