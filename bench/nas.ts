import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import { join } from "node:path";
import execa from "execa";
import { stringify } from "yaml";
import { projectRoot } from "../operations/lab";
import { Pulumi } from "../operations/pulumi/pulumi";
import { median } from "./median";
import { sandboxFacts } from "./sandbox-facts";
import { timed } from "./timed";

const STACK = "bench-sandbox-nfs";
const PATHS = { pulumi: "/srv/bench-pulumi", ansible: "/srv/bench-ansible" };

/** What is measured of the NAS and its clients, in seconds. */
export interface NasMeasure {
  /** From no export to a mount of it by every node. */
  first: { pulumi: number; ansible: number };
  /** The same again: nothing changes. */
  again: { pulumi: number; ansible: number };
  load: number;
  at: string;
}

/**
 * An export and its clients by `pulumi up` of examples/nfs-only and by Ansible, one after the other, over the same SSH to
 * the same hosts, on which the packages are there.
 *
 * @param ansible Folder of Python's packages with Ansible.
 */
export async function measureNas(ansible: string, pairs: number, folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const own = await nfsOnly(folder);
  const playbook = playbookRun(ansible, folder);
  const measures: NasMeasure[] = [];
  try {
    for (let pair = 0; pair < pairs; pair += 1) {
      await own.down();
      await clear();
      const both = async () => ({ pulumi: (await timed(own.up)).seconds, ansible: (await timed(playbook)).seconds });
      const [first, again] = [await both(), await both()];
      const [load = 0] = loadavg();
      const measure = { first, again, load, at: new Date().toISOString() };
      measures.push(measure);
      appendFileSync(join(folder, "nas.jsonl"), `${JSON.stringify(measure)}\n`);
    }
  } finally {
    await own.down();
    await own.forget();
    await clear();
  }
  for (const what of ["first", "again"] as const) {
    const ratios = measures.map((each) => each[what].pulumi / each[what].ansible);
    const shown = measures.map(
      ({ [what]: { pulumi, ansible: other } }) => `${pulumi.toFixed(1)} and ${other.toFixed(1)} s`,
    );
    process.stderr.write(
      `· NAS and clients, ${what}: pulumi up and Ansible ${shown.join(", ")}; median of the ratios ${median(ratios).toFixed(2)}\n`,
    );
  }
}

/** A stack of examples/nfs-only on the lab's hosts. */
async function nfsOnly(folder: string) {
  const { nas, nodes, cidr, sshKey } = sandboxFacts();
  const project = join(projectRoot, "examples", "nfs-only");
  const file = join(project, `Pulumi.${STACK}.yaml`);
  const pulumi = new Pulumi({ project, logs: folder });
  const known = await pulumi.state(STACK);
  const config = {
    "nfs-only:server": nas.address,
    "nfs-only:network": cidr,
    "nfs-only:path": PATHS.pulumi,
    "nfs-only:clients": nodes.map(({ address }) => address),
  };
  if (!known) {
    writeFileSync(file, stringify({ config }));
    await pulumi.init(STACK);
    await pulumi.setSecret(STACK, "sshPrivateKey", readFileSync(sshKey, "utf8"));
  }
  const words = (verb: string) => [verb, "--yes", "--skip-preview", "--stack", STACK];
  return {
    up: () => pulumi.capture(words("up")),
    down: () => pulumi.capture(words("destroy")),
    forget: async () => {
      await pulumi.capture(["stack", "rm", "--yes", "--stack", STACK]);
      rmSync(file, { force: true });
    },
  };
}

/** Runs the playbook on the lab's hosts. */
function playbookRun(ansible: string, folder: string): () => Promise<unknown> {
  const { nas, nodes, cidr, sshKey } = sandboxFacts();
  const group = (hosts: string[]) => ({ hosts: Object.fromEntries(hosts.map((host) => [host, {}])) });
  const inventory = join(folder, "inventory.yaml");
  const values = {
    ansible_user: "root",
    ansible_ssh_private_key_file: sshKey,
    server: nas.address,
    network: cidr,
    path: PATHS.ansible,
  };
  const children = { nas: group([nas.address]), nodes: group(nodes.map(({ address }) => address)) };
  writeFileSync(inventory, stringify({ all: { vars: values, children } }));
  const home = join(__dirname, "ansible");
  const env = {
    PYTHONPATH: ansible,
    ANSIBLE_CONFIG: join(home, "ansible.cfg"),
    ANSIBLE_HOME: join(folder, "ansible"),
    LC_ALL: "C.UTF-8",
  };
  const words = ["-m", "ansible", "playbook", "--inventory", inventory, join(home, "nfs.yaml")];
  return () => execa("python3", words, { env, stdin: "ignore" });
}

/** What Ansible's runs and earlier, killed ones have left on the NAS. */
async function clear(): Promise<void> {
  const { nas, sshKey } = sandboxFacts();
  const options = ["-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR"];
  const script = `rm -f /etc/exports.d/bench-ansible.exports; exportfs -ra; rm -rf ${PATHS.ansible}`;
  await execa("ssh", ["-i", sshKey, ...options, `root@${nas.address}`, script], { stdin: "ignore" });
}
