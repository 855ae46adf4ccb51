import { z } from "zod";
import {
  contradiction,
  DEFAULT_EXPORT_OPTIONS,
  exportOptionError,
  mergedOptions,
  squashedOwner,
} from "../components/index";
import { COURSE_PROFILE } from "./course/course-profile";
import {
  admits,
  clientEntries,
  type ClientEntry,
  clientOf,
  exportPath,
  isAddress,
  isNetwork,
  mode,
  owner,
} from "./fields";

/** The export of a profile, before `export.options`. */
interface ExportProfile {
  /** Of exports(5). */
  options: string;
  /** Mode of the folder, and of directories in it that the course makes over SSH. */
  mode: string;
}

/**
 * What the config's `export.profile` stands for. Whoever writes to a hardened export is one user: 999, who runs Redis and MySQL
 * in upstream's images, so that their directories are theirs already and nothing has to be given to them by root.
 */
export const EXPORT_PROFILES = {
  course: { options: COURSE_PROFILE.exportOptions, mode: COURSE_PROFILE.exportMode },
  safe: { options: DEFAULT_EXPORT_OPTIONS, mode: COURSE_PROFILE.exportMode },
  hardened: {
    options: "rw,sync,secure,root_squash,all_squash,anonuid=999,anongid=999,no_subtree_check",
    mode: "0700",
  },
} satisfies Record<string, ExportProfile>;

const profileList = Object.entries(EXPORT_PROFILES)
  .map(([name, { options }]) => `${name}: ${options}${name === "course" ? ", for teaching only" : ""}`)
  .join("; ");

const option = z.string().superRefine((value, context) => {
  const message = value.includes(",")
    ? "holds several options: write each as an entry of its own"
    : exportOptionError(value);
  if (message !== undefined) context.addIssue({ code: "custom", message });
});

/** Options of exports(5) in a config, one an entry. */
const options = z.array(option).superRefine((all, context) => {
  // Of an entry that is several options, that is the error.
  const pair = all.some((each) => each.includes(",")) ? undefined : contradiction(all);
  if (pair === undefined) return;
  const message = `contradicts ${pair[0]} in the same list: name one of them`;
  context.addIssue({ code: "custom", path: [all.lastIndexOf(pair[1])], message });
});

/** The key `export`: what the NAS serves, and to whom. */
export const exportSchema = z
  .strictObject({
    path: exportPath.default("/nfs").describe("The folder to export"),
    clients: clientEntries(options).describe(
      "Who may mount it: networks (CIDR), addresses, names, wildcards (*.school.lan), netgroups (@nodes); " +
        "{ client, options } for one with options of its own",
    ),
    profile: z.enum(["course", "safe", "hardened"]).default("course").describe(profileList),
    options: options.default([]).describe("Options of exports(5) in place of the profile's, such as [ro, fsid=0]"),
    owner: owner
      .optional()
      .describe(
        "Who owns the folder, user:group. Default: anonuid:anongid, where the options name them, else left alone",
      ),
    mode: mode
      .optional()
      .describe(
        `Mode of the folder, in quotes. The provisioner must be able to write, with safe as nobody. Default: ` +
          `"${EXPORT_PROFILES.course.mode}", with hardened "${EXPORT_PROFILES.hardened.mode}"`,
      ),
    clientWait: z.int().min(0).max(900).default(120).describe("Seconds to wait for clients before it is withdrawn"),
  })
  .transform((value) => {
    const profile = EXPORT_PROFILES[value.profile];
    const merged = value.options.length > 0 ? mergedOptions(profile.options, value.options) : profile.options;
    return { ...value, options: merged, owner: value.owner ?? squashedOwner(merged), mode: value.mode ?? profile.mode };
  });

export type ExportConfig = z.output<typeof exportSchema>;

/** Owner and mode of the directories that a course makes on the export, where they are not root's and open to everyone. */
export function directorySettings({ profile, options: all }: ExportConfig): DirectorySettings | undefined {
  const settings = {
    owner: squashedOwner(all),
    mode: profile === "hardened" ? EXPORT_PROFILES.hardened.mode : undefined,
  };
  return settings.owner === undefined && settings.mode === undefined ? undefined : settings;
}

export interface DirectorySettings {
  owner?: string;
  mode?: string;
}

/** All options of exports(5) that a client of the export has. */
export function clientOptions(entry: ClientEntry, { options: all }: Pick<ExportConfig, "options">): string {
  return typeof entry === "string" ? all : mergedOptions(all, entry.options);
}

/** The numbers by which its clients know the export, where its options give one. */
export function fsids(settings: Pick<ExportConfig, "clients" | "options">): { client: string; fsid: string }[] {
  return settings.clients.flatMap((entry) => {
    const [, fsid] = /(?:^|,)fsid=([^,]*)/.exec(clientOptions(entry, settings)) ?? [];
    return fsid === undefined ? [] : [{ client: clientOf(entry), fsid: fsid === "root" ? "0" : fsid }];
  });
}

/** Options of exports(5) by which the server serves a node; of names it cannot be told which of them is the node's. */
export function optionsFor(node: string, settings: Pick<ExportConfig, "clients" | "options">): string[] {
  const { clients } = settings;
  const known = clients.filter(
    (entry) => isAddress(node) && (isAddress(clientOf(entry)) || isNetwork(clientOf(entry))),
  );
  const admitting = known.filter((entry) => admits(clientOf(entry), node));
  // As the server does: an address before a network, and then the first one.
  const first = admitting.find((entry) => isAddress(clientOf(entry))) ?? admitting[0];
  const candidates = first === undefined ? clients.filter((entry) => !known.includes(entry)) : [first];
  return candidates.map((entry) => clientOptions(entry, settings));
}
