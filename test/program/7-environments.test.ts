import { environments, type Environment } from "../support/environments/factors";
import { HostPreparation } from "../support/environments/host-preparation";
import { environmentConfig, exportPaths, isExisting } from "../support/environments/settings";
import { changingPart, isWhole } from "../support/changing-part";
import { wentWell } from "../support/expectations";
import { measured } from "../support/measured";
import { recordEnvironments } from "../support/environments/table";
import { TestLab } from "../support/test-lab";
import { sandboxFacts, TestStack } from "../support/test-stack";
import { waitFor } from "../../exercises/runner/wait";

const lab = new TestLab();
const hosts = new HostPreparation(lab);
const numbered = environments().map((environment, index) => ({ number: index + 1, environment }));
/** Each takes about 50 s. */
const chosen = changingPart("environments", numbered, 15);
const seconds = new Map<number, number>();

const nameOf = (number: number) => `env-${number}`;
const stackOf = (number: number) => new TestStack(lab, "infrastructure", nameOf(number));

beforeAll(() => hosts.make());
afterAll(async () => {
  await hosts.remove();
  if (isWhole() && seconds.size === numbered.length) {
    recordEnvironments(numbered.map(({ number, environment }) => ({ environment, seconds: seconds.get(number) ?? 0 })));
  }
});

test.each(chosen)(
  "environment $number: $environment.export, $environment.way, $environment.user, nodes by $environment.nodes",
  async ({ number, environment }) => {
    const start = Date.now();
    const stack = stackOf(number);
    const paths = exportPaths(environment, nameOf(number));
    const before = await traces();
    await serve(environment, paths);
    let works = false;
    try {
      const { settings, secrets } = await environmentConfig(
        environment,
        nameOf(number),
        await sandboxFacts(lab),
        hosts,
      );
      await stack.init(settings, secrets);
      wentWell(await stack.up());
      wentWell(await stack.preview("--expect-no-changes"));
      wentWell(await lab.run(["exec", "--", "./storage-lab", "probe", "--stack", stack.name]));
      for (const name of classesOf(environment, nameOf(number))) await claim(name);
      works = true;
    } finally {
      const ended = await stack.destroy();
      await stack.remove();
      await withdraw(environment, paths);
      // Otherwise the first error is the one to be told.
      if (works) wentWell(ended);
    }
    expect(await traces()).toEqual(before);
    seconds.set(number, (Date.now() - start) / 1000);
    measured(`environment ${number}`, seconds.get(number) ?? 0);
  },
  600_000,
);

/** What a stack must not leave: objects of the cluster, exports, mounts. */
async function traces(): Promise<string[]> {
  const kinds = "namespaces,pv,storageclasses,clusterroles,clusterrolebindings,pvc,deployments,daemonsets";
  const [objects, exports, ...mounts] = await Promise.all([
    lab.kubectl("get", kinds, "--all-namespaces", "--output=name"),
    lab.ssh("nas", "ls /etc/exports.d; cut -f1 /var/lib/nfs/etab; true"),
    ...["node1", "node2"].map((node) => lab.ssh(node, "grep -c ' nfs4\\? ' /proc/mounts || true")),
  ]);
  return [objects, exports, ...mounts]
    .flatMap((text) => text.split("\n"))
    .filter(Boolean)
    .sort();
}

/** Makes the export that an environment finds, as its owner would; one of the NFSv3 alone on a server that speaks no other. */
async function serve(environment: Environment, paths: string[]): Promise<void> {
  if (!isExisting(environment)) return;
  const client = environment.addresses === "IPv6" ? "[fd00:110::]/64" : "192.168.110.0/24";
  const each = paths.map(
    (path) =>
      `mkdir -p '${path}'; chmod 0777 '${path}'; exportfs -o rw,sync,no_root_squash,no_subtree_check '${client}:${path}'`,
  );
  const speaks = environment.export === "existing, NFSv3 only" ? speak("-4") : "";
  await lab.ssh("nas", `set -e\n${server}\n${speaks}\n${each.join("\n")}`);
}

async function withdraw(environment: Environment, paths: string[]): Promise<void> {
  const client = environment.addresses === "IPv6" ? "[fd00:110::]/64" : "192.168.110.0/24";
  const each = paths.map((path) => `exportfs -u '${client}:${path}'; rm -rf '${path}'`);
  if (isExisting(environment)) await lab.ssh("nas", `${each.join("\n")}\n${speak("+4")}\ntrue`);
  else await lab.ssh("nas", paths.map((path) => `rm -rf '${path}'`).join("\n"));
}

/** A NAS that somebody else has set up. */
const server = `command -v exportfs >/dev/null || { apt-get update; apt-get install -y nfs-kernel-server; } >/dev/null 2>&1
systemctl start nfs-server`;

/** The versions of a server are changed while it has no thread. */
const speak = (version: "-4" | "+4") =>
  `if ! grep -qF -e '${version}' /proc/fs/nfsd/versions; then
  rpc.nfsd 0; echo '${version}' >/proc/fs/nfsd/versions; rpc.nfsd 8; fi`;

function classesOf({ exports }: Environment, name: string): string[] {
  return exports === "two" ? [name, "nfs-client-second"] : [name];
}

/** A claim of the class gets a volume, and both go again. */
async function claim(storageClass: string): Promise<void> {
  const name = `claim-of-${storageClass}`;
  const object = {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name, namespace: "default" },
    spec: {
      storageClassName: storageClass,
      accessModes: ["ReadWriteMany"],
      resources: { requests: { storage: "1Mi" } },
    },
  };
  await lab.ok(["exec", "--", "kubectl", "apply", "-f", "-"], { input: JSON.stringify(object) });
  await lab.kubectl("wait", `pvc/${name}`, "--for=jsonpath={.status.phase}=Bound", "--timeout=60s");
  await lab.kubectl("delete", `pvc/${name}`, "--timeout=60s");
  await waitFor(`the volume of ${name} to go`, { timeout: 60_000 }, async () => {
    const volumes = await lab.kubectl("get", "pv", "--output=jsonpath={.items[*].spec.claimRef.name}");
    return volumes.split(" ").includes(name) ? { missing: "it is there" } : { done: true };
  });
}
