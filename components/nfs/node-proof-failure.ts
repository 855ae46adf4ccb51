import { type FailedMount, failedMounts, mountCause } from "./mount-cause";
import { asMounted, type MountOptionSet } from "./mount-options";

/** What a provider's error about the pods of NfsNodeProof means: one line for each cause, with the nodes that have it. */
export function proofFailure(error: string, sets: MountOptionSet[], namespace: string): string {
  const nodesOf = new Map<string, Set<string>>();
  const tell = (text: string, node = "a node") => nodesOf.set(text, (nodesOf.get(text) ?? new Set()).add(node));
  for (const { host, ...mount } of failedMounts(error)) {
    const options = ownOptions(mount);
    const cause = mountCause({ ...mount, options: options.join(), host: "the node" });
    // Of no interest where the options are not the cause.
    const users = cause.includes(options.join()) ? usersOf(options, sets) : "";
    tell(`${cause}${users}. mount says: ${mount.words}`, host);
  }
  // What the script has said, and what the engine knows of mounts without a word.
  for (const [, node, words = ""] of error.matchAll(
    / on the node (\S+?):? (?:the container \S+ ends with: |has )(.*)/g,
  )) {
    tell(words.startsWith("waited") ? `the pod has ${words}` : words, node);
  }
  if (nodesOf.size > 0) return [...nodesOf].map(([text, nodes]) => `${[...nodes].join(", ")}: ${text}`).join("\n");
  return (
    `Not every node is proven to mount the export: see the words of its pods. Node by node: ./storage-lab probe -s STACK, or ` +
    `kubectl -n ${namespace} describe pods`
  );
}

/** Without what the proof itself adds. */
function ownOptions({ options = "" }: Pick<FailedMount, "options">): string[] {
  return asMounted(options.split(",").filter((option) => option !== "" && option !== "retry=0"));
}

/** Whose mount options these are; nothing where there are none. */
function usersOf(options: string[], sets: MountOptionSet[]): string {
  // An entry of a set may be several options.
  const found = sets.find((set) => ownOptions({ options: set.options.join() }).join() === options.join());
  return options.length === 0 || found === undefined ? "" : ` (mount options of ${found.usedBy})`;
}
