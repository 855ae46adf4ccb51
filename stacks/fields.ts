import * as ipaddr from "ipaddr.js";
import { z } from "zod";
import {
  bareAddress,
  clientNamedTwice,
  clientPatternError,
  exportPathError,
  hostKeyError,
  isClientPattern,
  modeError,
  ownerError,
  scopedAddressError,
} from "../components/index";

/** Of a key `createNamespace`. */
export const OWN_NAMESPACE =
  "false when the namespace exists already, or from now on is to stay when the stack is destroyed";

/** A string that is checked by a function that says what is wrong and how to fix it. */
export function text(error: (value: string) => string | undefined) {
  return z.string().superRefine((value, context) => {
    const found = error(value);
    if (found !== undefined) context.addIssue({ code: "custom", message: found });
  });
}

/** Of a rule about an object: told also where another key of it is wrong. */
export const nextToOthers = {
  when: ({ value }: { value: unknown }) => typeof value === "object" && value !== null && !Array.isArray(value),
};

/** A component's error without the value in front: in the config's errors that stands there already, after the key. */
export const unquoted = (error: (value: string) => string | undefined) => (value: string) =>
  error(value)?.replace(`"${value}" `, "");

const DNS_LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const HOST_NAME =
  /^(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$/;

/** All digits and dots is meant as an address, never as a name. */
const looksLikeAddress = (value: string) => /^[\d.]+$/.test(value) || value.includes(":");

function hostError(value: string): string | undefined {
  const scoped = scopedAddressError(value);
  if (scoped !== undefined) return scoped.replace(`"${value}" `, "");
  if (looksLikeAddress(value) ? isAddress(value) : HOST_NAME.test(value)) return undefined;
  return `is neither an IP address nor a host name`;
}

/** `192.168.110.168` or `fd00::10`, in brackets too, but not ipaddr.js's short forms such as `192.168`. */
export function isAddress(value: string): boolean {
  const address = bareAddress(value);
  return ipaddr.IPv4.isValidFourPartDecimal(address) || ipaddr.IPv6.isValid(address);
}

/** Whether the value is a network, written as address and prefix length. */
export function isNetwork(value: string): boolean {
  const [address = "", bits] = value.split("/");
  return bits !== undefined && !address.includes("[") && isAddress(address) && ipaddr.isValidCIDR(value);
}

function networkContains(network: string, address: string): boolean {
  const parsed = ipaddr.parse(bareAddress(address));
  const [base, bits] = ipaddr.parseCIDR(network);
  return parsed.kind() === base.kind() && parsed.match(base, bits);
}

export const host = text(hostError);

/** Whether an address is the entry of a list of clients, or in its network. */
export function admits(entry: string, address: string): boolean {
  return isNetwork(entry) ? networkContains(entry, address) : bareAddress(entry) === bareAddress(address);
}

const client = text((value) => {
  if (isNetwork(value)) return undefined;
  if (isClientPattern(value) && !value.startsWith("[")) return unquoted(clientPatternError)(value);
  const error = hostError(value);
  if (value.includes("[")) return "has brackets: exports are written without them";
  return error?.startsWith("is neither")
    ? "is neither a network such as 192.168.110.0/24 nor an address nor a host name"
    : error;
});

/** A client of an export, with options of its own perhaps. */
export type ClientEntry = string | { client: string; options: string[] };

export const clientOf = (entry: ClientEntry): string => (typeof entry === "string" ? entry : entry.client);

/** Who may mount an export; each is named once, however it is written. */
export const clientEntries = (options: z.ZodType<string[], string[]>) =>
  z
    .array(
      z.union([
        client,
        z.strictObject({
          client: client.describe("As an entry of its own"),
          options: options.describe("Options of exports(5) in place of the export's, for this client only"),
        }),
      ]),
    )
    .min(1)
    .superRefine((all, context) => {
      const twice = clientNamedTwice(all.map(clientOf));
      if (twice === undefined) return;
      const message = twice.first === twice.second ? "is named twice" : `is ${twice.first} once more: name it once`;
      const key = typeof all[twice.index] === "string" ? [] : ["client"];
      context.addIssue({ code: "custom", path: [twice.index, ...key], message });
    });

export const exportPath = text((value) => {
  const error = exportPathError(value);
  return error?.replace(`"${value}" `, "");
});

export const absolutePath = text((value) =>
  /^\/./.test(value) && !value.split("/").includes("..")
    ? undefined
    : `is not an absolute path without "..", such as /mnt/disks/ssd1`,
);

/** Of a Linux user, or of one of a directory service: `user@domain`, `DOMAIN\user`. Capitals, dots and a final `$` are good. */
export const userName = text((value) => {
  if (value === "") return "is empty: name the user who logs in";
  if (value.startsWith("-")) return 'starts with "-", as no user\'s name does';
  const wrong = /[^\p{L}\p{N}_.$@\\-]/u.exec(value)?.[0];
  if (wrong !== undefined) {
    return (
      `has ${JSON.stringify(wrong)} in it: a user's name has letters, digits, "_", "-", "." and a final "$", ` +
      "with a domain user@domain or DOMAIN\\user"
    );
  }
  return /^([^@\\$]+\\)?[^@\\$]+\$?(@[^@\\$]+)?$/.test(value)
    ? undefined
    : "is neither a user's name nor user@domain nor DOMAIN\\user; a \"$\" is only at the end of the user's name";
});

/** What goes before names: so short that each name with it stays within what Kubernetes allows. */
export const namePrefix = text((value) =>
  /^([a-z][a-z0-9-]{0,19})?$/.test(value)
    ? undefined
    : 'is not the start of a name such as b-: a small letter, then small letters, digits and "-", 20 in all at most',
);

export const mode = z
  .string({ error: 'must be an octal number in quotes, such as "0777"' })
  .refine((value) => modeError(value) === undefined, { error: 'is not an octal mode such as "0777"' });

/** Who owns a file: names or numbers. */
export const owner = text(unquoted((value) => (value === "" ? '"" is empty' : ownerError(value))));

export const dnsLabel = text((value) =>
  DNS_LABEL.test(value) ? undefined : `is not a DNS label: small letters, digits and "-", at most 63`,
);

/** Names of volumes, classes and the like: DNS labels joined by dots. */
export const objectName = text((value) =>
  value.length <= 253 && value.split(".").every((part) => DNS_LABEL.test(part))
    ? undefined
    : `is not a Kubernetes name: small letters, digits, "-" and "."`,
);

export const provisionerName = text((value) =>
  /^([a-z0-9]([a-z0-9.-]*[a-z0-9])?\/)?[A-Za-z0-9]([\w.-]*[A-Za-z0-9])?$/.test(value)
    ? undefined
    : `is not a provisioner's name such as k8s-sigs.io/nfs-subdir-external-provisioner`,
);

export const image = text((value) =>
  /^[a-z0-9][\w.-]*(:\d+)?(\/[\w.-]+)*(:[\w][\w.-]{0,127})?(@sha256:[0-9a-f]{64})?$/.test(value)
    ? undefined
    : `is not an image such as docker.io/library/redis:7.4.4`,
);

/** A value that a label can hold, such as a version. */
export const labelValue = z
  .string({ error: 'must be text: put it in quotes, such as "7.4.4"' })
  .refine((value) => /^[A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?$/.test(value), {
    error: `is not a label's value: letters, digits, "-", "_" and ".", at most 63`,
  });

export const publicKey = text(hostKeyError);
