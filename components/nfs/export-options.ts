import { closest } from "../closest";

/** Options of `exports(5)` that `NfsServer` gives its clients by default: their root is the user nobody on the server. */
export const DEFAULT_EXPORT_OPTIONS = "rw,sync,root_squash,no_subtree_check";

/** Options of `exports(5)`: joined by commas, or a list. */
export type ExportOptions = string | readonly string[];

/** Of each pair one is in force. */
const OPPOSITES = [
  ["rw", "ro"],
  ["sync", "async"],
  ["secure", "insecure"],
  ["root_squash", "no_root_squash"],
  ["all_squash", "no_all_squash"],
  ["subtree_check", "no_subtree_check"],
  ["wdelay", "no_wdelay"],
  ["hide", "nohide"],
  ["crossmnt", "nocrossmnt"],
  ["acl", "no_acl"],
  ["pnfs", "no_pnfs"],
  ["secure_locks", "insecure_locks"],
  ["auth_nlm", "no_auth_nlm"],
] as const;

/** Keys of what each "sec=" has of its own. */
const BY_FLAVOUR = ["sec", "rw", "secure", "root_squash", "all_squash"];
const FLAGS = [...OPPOSITES.flat(), "nordirplus", "security_label", "mountpoint", "mp"];

/** Options that mean the same as another one. */
const ALIASES: Record<string, string> = { auth_nlm: "secure_locks", no_auth_nlm: "insecure_locks", mp: "mountpoint" };

/** Options with a value, each with what is wrong with one. */
const VALUES: Record<string, (value: string) => string | undefined> = {
  anonuid: idError,
  anongid: idError,
  fsid: fsidError,
  sec: (value) => oneOfError(value.split(":"), SEC_FLAVOURS),
  xprtsec: (value) => oneOfError(value.split(":"), ["none", "tls", "mtls"]),
  reexport: (value) => oneOfError([value], ["none", "auto-fsidnum", "predefined-fsidnum"]),
  mountpoint: folderError,
  mp: folderError,
  refer: locationsError,
  replicas: locationsError,
};
const SEC_FLAVOURS = ["sys", "krb5", "krb5i", "krb5p", "none"];
const KNOWN = [...new Set([...FLAGS, ...Object.keys(VALUES).map((name) => `${name}=`)])];

/** Longest entry of a client in a file of exports, with its options and parentheses: the server reads no longer one. */
const LONGEST_ENTRY = 511;

/** Why these cannot be the options of an export; `undefined` when they can. */
export function exportOptionsError(options: ExportOptions): string | undefined {
  const text = listOf(options).join(",");
  if (!/^[a-z_]+(=[^\s,()#"\\]+)?(,[a-z_]+(=[^\s,()#"\\]+)?)*$/.test(text)) {
    return `"${text}" are not options of exports(5) such as "${DEFAULT_EXPORT_OPTIONS}": join them by commas, without blanks`;
  }
  for (const option of listOf(options)) {
    const error = exportOptionError(option);
    if (error !== undefined) return `"${option}" ${error}`;
  }
  const pair = contradiction(options);
  return pair && `"${pair[0]}" and "${pair[1]}" contradict each other: name one of them`;
}

/** Why this is no option of an export, as the end of a sentence; `undefined` when it is one. */
export function exportOptionError(option: string): string | undefined {
  const [, name = option, value] = /^([^=]*)=(.*)$/.exec(option) ?? [];
  const check = VALUES[name];
  if (value === undefined && FLAGS.includes(name)) return undefined;
  if (check === undefined) {
    return FLAGS.includes(name)
      ? "takes no value"
      : `is no option of exports(5)${hint(value === undefined ? name : `${name}=`, KNOWN)}`;
  }
  if (value === undefined) return `needs a value, such as ${EXAMPLES[name] ?? `${name}=none`}`;
  if (/[\s,()#"\\]/.test(value)) return 'has a blank or one of , ( ) # " \\ in its value, which exports(5) cannot hold';
  return check(value);
}

const EXAMPLES: Record<string, string> = {
  anonuid: "anonuid=1000",
  anongid: "anongid=1000",
  fsid: "fsid=0",
  sec: "sec=sys",
  refer: "refer=/srv/nfs@192.168.110.168",
  replicas: "replicas=/srv/nfs@192.168.110.168",
};

/** The first two options of a list that cannot both be meant. */
export function contradiction(options: ExportOptions): [string, string] | undefined {
  const all = listOf(options);
  // What does not differ by flavour is in force once, wherever it stands.
  for (const group of [...groupsOf(all), all.filter((option) => !BY_FLAVOUR.includes(keyOf(option)))]) {
    for (const [index, option] of group.entries()) {
      const other = group
        .slice(0, index)
        .find((each) => keyOf(each) === keyOf(option) && plain(each) !== plain(option));
      if (other !== undefined) return [other, option];
    }
  }
  return undefined;
}

/** The options of the first list with those of the second one in their place: `rw,sync` with `ro` is `sync,ro`. */
export function mergedOptions(options: ExportOptions, changes: ExportOptions): string {
  const [head = [], ...flavours] = groupsOf(listOf(options));
  const [changedHead = [], ...changedFlavours] = groupsOf(listOf(changes));
  const replaced = new Set(changedHead.map(keyOf));
  // "sec=" begins the options of its flavours: others take their place as a whole.
  if (changedFlavours.length > 0) replaced.add("sec");
  const kept = (list: string[]) => list.filter((option) => !replaced.has(keyOf(option)));
  const bySec = replaced.has("sec") ? changedFlavours : flavours.map(kept);
  return [...kept(head), ...changedHead, ...bySec.flat()].join(",");
}

/** Whether an export with these options lets its clients write. */
export function isWritable(options: string): boolean {
  return listOf(options).findLast((option) => ["ro", "rw"].includes(option)) === "rw";
}

/** Whom root of a client is on the server, as `uid:gid`, where the options name that user; `undefined` where they do not. */
export function squashedOwner(options: string): string | undefined {
  const all = listOf(options);
  const valueOf = (name: string) =>
    all
      .findLast((option) => option.startsWith(`${name}=`))
      ?.slice(name.length + 1)
      .replace("-2", String(2 ** 32 - 2));
  const [uid, gid] = [valueOf("anonuid"), valueOf("anongid")];
  const squashes = all.includes("all_squash") || !all.includes("no_root_squash");
  return squashes && (uid ?? gid) !== undefined ? `${uid ?? NOBODY}:${gid ?? NOBODY}` : undefined;
}

const NOBODY = "65534";

/** What those options risk, or what they need that is not set up here; `undefined` when there is nothing to say. */
export function exportOptionsWarning(lists: string[]): string | undefined {
  const all = lists.flatMap(listOf);
  const kerberos = all.find((option) => /^sec=.*krb5/.test(option));
  const warnings = [
    all.includes("async") &&
      "async answers a client before its data is on the disk: when the server crashes or loses its power, what clients " +
        "believe to be saved is lost, and databases may be damaged without an error",
    kerberos &&
      `${kerberos} needs Kerberos, of which nothing is set up here: a realm, a keytab with nfs/<host> on the server and on ` +
        "each client, rpc.svcgssd (or gssproxy) there and rpc.gssd here and there",
  ].filter((warning) => warning !== false && warning !== undefined);
  return warnings.length > 0 ? warnings.join(". ") : undefined;
}

/** Why the server could not read a client's entry in its file; `undefined` when it can. */
export function exportEntryError(client: string, options: string): string | undefined {
  const length = client.length + options.length + 2;
  return length <= LONGEST_ENTRY
    ? undefined
    : `the entry of "${client}" has ${length} characters with its options, and the server reads ${LONGEST_ENTRY} at most`;
}

function listOf(options: ExportOptions): string[] {
  return typeof options === "string"
    ? options === ""
      ? []
      : options.split(",")
    : options.flatMap((each) => each.split(","));
}

/**
 * The options before the first "sec=", and those of each "sec=" with it. What follows a single one is everybody's, and so
 * in the first group.
 */
function groupsOf(options: string[]): string[][] {
  const groups: string[][] = [[]];
  for (const option of options) {
    if (option.startsWith("sec=")) groups.push([]);
    groups.at(-1)!.push(option);
  }
  return groups.length > 2 ? groups : [groups.flat()];
}

/** The same for options that exclude each other. */
function keyOf(option: string): string {
  const name = plain(option).replace(/=.*/, "");
  return OPPOSITES.find((pair) => (pair as readonly string[]).includes(name))?.[0] ?? name;
}

/** The option by its usual name. */
function plain(option: string): string {
  const name = option.replace(/=.*/, "");
  return (ALIASES[name] ?? name) + option.slice(name.length);
}

/** Numbers of users and groups have 32 bits; -1 is none, and -2 an old way to write nobody. */
function idError(value: string): string | undefined {
  return value === "-2" || (/^(0|[1-9]\d{0,9})$/.test(value) && Number(value) < 2 ** 32 - 1)
    ? undefined
    : "is not the number of a user or group, such as 1000: exports(5) takes no names";
}

function fsidError(value: string): string | undefined {
  if (/^(0|[1-9]\d{0,9})$/.test(value) && Number(value) < 2 ** 32) return undefined;
  const isUuid = /^[0-9a-f.:-]+$/i.test(value) && value.replaceAll(/[^0-9a-f]/gi, "").length === 32;
  return value === "root" || isUuid ? undefined : 'is neither a number nor "root" nor a UUID';
}

function folderError(value: string): string | undefined {
  return value.startsWith("/") ? undefined : "is not an absolute path";
}

function locationsError(value: string): string | undefined {
  return value.split(":").every((each) => /^\/[^@]*(@[^@]+)?$/.test(each)) && value.includes("@")
    ? undefined
    : "is not a place such as /srv/nfs@192.168.110.168";
}

function oneOfError(values: string[], known: readonly string[]): string | undefined {
  const wrong = values.find((each) => !known.includes(each));
  return wrong === undefined ? undefined : `has "${wrong}" in it${hint(wrong, known)}`;
}

/** Before the end of a sentence. */
function hint(word: string, known: readonly string[]): string {
  return closest(word, known)
    .replace(/^: (.*)$/, " ($1)")
    .replace(/\.$/, "");
}
