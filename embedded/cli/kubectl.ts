import { join } from "node:path";
import type { Lab } from "./lab";
import type { Lookup } from "./recovery";
import type { SandboxFacts } from "../sandbox/types";
import { run } from "../toolkit/run";

/** Runs kubectl as the lab's administrator and returns its standard output. */
export async function kubectl(lab: Lab, facts: SandboxFacts, args: string[]): Promise<string> {
  const [file = "", ...rest] = lab.sandbox.enter([join(lab.files.bin, "kubectl"), ...args]);
  return run(file, rest, { env: { KUBECONFIG: facts.kubeconfig }, timeout: 120_000 });
}

/** Looks up when an object of a Pulumi type ("kubernetes:apps/v1:StatefulSet") was created. */
export function createdAt(lab: Lab, facts: SandboxFacts): Lookup {
  return async ({ type, namespace, name }) => {
    const kind = kindOf(type);
    const answer = await kubectl(lab, facts, [
      ...["get", kind, name, "--ignore-not-found", "--output=jsonpath={.metadata.creationTimestamp}"],
      ...(namespace === undefined ? [] : ["--namespace", namespace]),
    ]);
    return answer === "" ? undefined : new Date(answer);
  };
}

/** Pulumi's name of a kind in the words of kubectl: "StatefulSet.v1.apps". */
export function kindOf(type: string): string {
  const [, groupVersion = "", kind = ""] = type.split(":");
  const [group, version] = groupVersion.split("/");
  return group === "core" || version === undefined ? kind : `${kind}.${version}.${group}`;
}
