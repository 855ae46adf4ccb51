/** Options of mount(8), and what mounts with them. */
export interface MountOptionSet {
  /** For errors: what has these options. Example: `StorageClass nfs-client`. */
  usedBy: string;
  /** Example: `["nfsvers=4.2", "hard"]`. */
  options: string[];
}

/** Options of which a mount has one. */
const EITHER = [
  ["hard", "soft", "softerr"],
  ["ro", "rw"],
  ["tcp", "udp"],
];

/**
 * Why these cannot be the mount options of a volume; whether a node knows them is what a mount there finds. An entry with
 * commas is several options, as for mount itself.
 */
export function mountOptionsError(entries: string[]): string | undefined {
  const options = entries.flatMap((entry) => entry.split(","));
  const form = options.map(formError).find((error) => error !== undefined);
  if (form !== undefined) return form;
  const seen = new Map<string, string>();
  for (const option of options) {
    const subject = subjectOf(option);
    const other = seen.get(subject);
    // Kubernetes sorts them, so that the order does not say which one counts.
    if (other !== undefined && usual(other) !== usual(option))
      return `"${other}" and "${option}" contradict each other: keep one`;
    seen.set(subject, option);
  }
  return undefined;
}

function formError(option: string): string | undefined {
  if (option.trim() === "") return "an option is empty: remove it";
  if (/\s/.test(option)) return `"${option}" has a space in it, as no mount option has`;
  return option.startsWith("=") || option.startsWith("-")
    ? `"${option}" is no mount option: write it as nfs(5) does, such as nfsvers=4.2 or hard`
    : undefined;
}

/** What an option decides: two that decide the same contradict each other. */
function subjectOf(option: string): string {
  const [key = "", value] = option.split("=");
  if (/^(nfs)?vers$|^v[234](\.\d)?$/.test(key)) return "version";
  const group = EITHER.find((names) => names.includes(key));
  if (group !== undefined && value === undefined) return group.join();
  return value === undefined ? key.replace(/^no/, "") : key;
}

/** An option by its usual name: `vers=4.1` and `v4.1` are `nfsvers=4.1`. */
function usual(option: string): string {
  return option.replace(/^(vers=|v(?=[234](\.\d)?$))/, "nfsvers=");
}

/** The options as the kubelet gives them to mount: each once, sorted. */
export function asMounted(options: string[]): string[] {
  return [...new Set(options)].sort();
}

/** Sets that differ, each with all that has it. Mounts that are alike are proven once. */
export function distinctSets(sets: MountOptionSet[]): MountOptionSet[] {
  const byText = new Map<string, MountOptionSet>();
  for (const { usedBy, options } of sets) {
    const mounted = asMounted(options);
    const before = byText.get(mounted.join());
    byText.set(mounted.join(), { usedBy: before ? `${before.usedBy}, ${usedBy}` : usedBy, options: mounted });
  }
  return [...byText.values()];
}

/** Why these are no sets of mount options. */
export function optionSetsError(sets: MountOptionSet[]): string | undefined {
  for (const { usedBy, options } of sets) {
    const error = mountOptionsError(options);
    if (error !== undefined) return `${usedBy}: ${error}`;
    if (options.length === 0) return `${usedBy}: it has no options: leave it out`;
  }
  return undefined;
}
