import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { isDeepStrictEqual } from "node:util";
import { Document, isMap, isSeq, parse, parseDocument } from "yaml";
import { hostNetwork } from "../sandbox/plan";
import type { SandboxFacts } from "../sandbox/types";
import type { StackNames } from "./lab-files";
import { replaceFile } from "../toolkit/files";

/** What Pulumi keeps encrypted in the files. */
const SECRETS = ["sshPrivateKey", "mysqlRootPassword", "classSecret"];

type Value = string | number | boolean | Value[] | { [key: string]: Value | undefined };

/** What a stack's config says about the sandbox; everything else in the file is the user's. */
export interface StackConfig {
  /** Written at every `up`: addresses, keys and images are the sandbox's to know. */
  facts: Record<string, Value>;
  /** Written where the file does not say it; the user may change them. */
  defaults: Record<string, Value>;
}

/** The config of `infrastructure` for the sandbox's hosts. */
export function infrastructureConfig(facts: SandboxFacts): StackConfig {
  const host = ({ name, address, port, user, hostKey }: SandboxFacts["nas"]) => ({
    name,
    host: address,
    port,
    user,
    hostKey,
  });
  return {
    facts: {
      "storage-lab:program": "infrastructure",
      "storage-lab:infrastructure": {
        kubeconfig: facts.kubeconfig,
        nas: host(facts.nas),
        nodes: facts.nodes.map(host),
        provisioner: { image: facts.images.provisioner },
        csi: {
          images: {
            driver: facts.images.csiNfs,
            provisioner: facts.images.csiProvisioner,
            attacher: facts.images.csiAttacher,
            resizer: facts.images.csiResizer,
          },
          // The sandbox's driver does it itself.
          registrar: false,
        },
      },
    },
    defaults: {
      "storage-lab:infrastructure": { export: { path: "/nfs", clients: [facts.cidr], profile: "course" } },
    },
  };
}

/** The config of `course` for the sandbox's cluster and images. */
export function courseConfig(facts: SandboxFacts, stacks: StackNames): StackConfig {
  return {
    facts: {
      "storage-lab:program": "course",
      "storage-lab:course": {
        infrastructureStack: stacks.infrastructure,
        kubeconfig: facts.kubeconfig,
        redisImage: facts.images.redis,
        redisVersion: facts.images.redis.split(":").at(-1),
        toolsImage: facts.images.tools,
        nginxImage: facts.images.nginx,
        mysqlImage: facts.images.mysql,
        // Its lesson is the volume; nginx serves the same folder.
        wordpressImage: facts.images.nginx,
        localNode: facts.nodes[0]?.name,
      },
    },
    defaults: { "storage-lab:course": { sections: { csi: true } } },
  };
}

/** The config of `classroom` for the sandbox: a class named "class", whose other settings are the teacher's. */
export function classroomConfig(facts: SandboxFacts, stacks: StackNames): StackConfig {
  return {
    facts: {
      "storage-lab:program": "classroom",
      "storage-lab:classroom": {
        infrastructureStack: stacks.infrastructure,
        kubeconfig: facts.kubeconfig,
        redisImage: facts.images.redis,
        toolsImage: facts.images.tools,
        // CoreDNS runs beside the control plane, in no pod.
        dnsServers: [hostNetwork.gateway],
      },
    },
    defaults: { "storage-lab:classroom": { class: "class", capacity: "256Mi" } },
  };
}

/**
 * Brings a stack's config file up to date: facts are written where they differ, all else (the user's settings, comments,
 * Pulumi's own keys) stays. Returns whether the file was changed.
 *
 * @param options.fresh The stack does not exist: what an earlier stack of this name encrypted can no longer be read.
 */
export async function writeStackFile(path: string, config: StackConfig, options: { fresh: boolean }): Promise<boolean> {
  const before = existsSync(path) ? await readFile(path, "utf8") : undefined;
  const after = renderStackFile(before, config, options);
  if (after === before) return false;
  await replaceFile(path, after);
  return true;
}

/** The text of a stack's config file, from what it was before. */
export function renderStackFile(before: string | undefined, config: StackConfig, options: { fresh: boolean }): string {
  const document = before === undefined ? new Document({}) : parseDocument(before);
  if (!isMap(document.contents)) document.contents = document.createNode({});
  if (before === undefined) {
    document.commentBefore =
      " Written by ./lab for its sandbox: addresses, keys and images are kept up to date; other settings are yours to change.";
  }
  merge(document, ["config"], config.facts);
  fillIn(document, ["config"], config.defaults);
  if (options.fresh) {
    document.delete("encryptionsalt");
    for (const key of SECRETS) document.deleteIn(["config", `storage-lab:${key}`]);
  }
  // Pulumi writes the file in a style of its own: where only that differs it stays, or the stack would seem changed.
  if (before !== undefined && isDeepStrictEqual(document.toJS(), parse(before))) return before;
  return document.toString({ lineWidth: 0 });
}

/** Sets what is not there; where the file has another kind of value, that stays. */
function fillIn(document: Document, path: (string | number)[], value: Value): void {
  const present = document.getIn(path);
  if (present === undefined || present === null) {
    document.setIn(path, document.createNode(value));
  } else if (isMap(present) && typeof value === "object" && !Array.isArray(value)) {
    for (const [key, item] of Object.entries(value)) if (item !== undefined) fillIn(document, [...path, key], item);
  }
}

function merge(document: Document, path: (string | number)[], value: Value): void {
  const present = document.getIn(path);
  if (Array.isArray(value)) {
    if (!isSeq(present) || present.items.length !== value.length) document.setIn(path, document.createNode(value));
    else value.forEach((item, index) => merge(document, [...path, index], item));
  } else if (typeof value === "object") {
    if (!isMap(present)) document.setIn(path, document.createNode({}));
    for (const [key, item] of Object.entries(value)) if (item !== undefined) merge(document, [...path, key], item);
  } else if (present !== value) {
    document.setIn(path, value);
  }
}
