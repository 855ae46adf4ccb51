import { existsSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { closest } from "../components/index";
import { configError } from "./config-error";
import {
  classroomSchema,
  courseSchema,
  infrastructureSchema,
  shardSchema,
  type ClassroomConfig,
  type CourseConfig,
  type InfrastructureConfig,
  type ShardConfig,
} from "./config-schema";
import { hostErrors, type HostSecret, missingKey, ownSecretIn, setSecret, strangerErrors } from "./host-secrets";
import { kubeconfigPath } from "./kubeconfig";
import { type OpenSsh, openSsh } from "./openssh";
import { withAliases } from "./ssh-alias";

const PROJECT = "storage-lab";

/** The programs of this project, each with the key of its own that configures it. */
export const PROGRAMS = {
  infrastructure: infrastructureSchema,
  course: courseSchema,
  classroom: classroomSchema,
  shard: shardSchema,
} as const;

export type StackConfig =
  | { program: "infrastructure"; settings: InfrastructureConfig }
  | { program: "course"; settings: CourseConfig }
  | { program: "classroom"; settings: ClassroomConfig }
  | { program: "shard"; settings: ShardConfig };

interface Secret {
  /** The command that sets it in a stack. */
  set: (stack: string) => string;
  /** Which stacks need it. */
  needed: (stack: Partial<StackConfig>) => boolean;
  /** What is wrong with a value, if anything; never the value itself. */
  error?: (value: string) => string | undefined;
}

/** A secret for all hosts, which `NAME-<host>` replaces for one. */
function ofHost(secret: HostSecret): Secret {
  return {
    set: (stack) => setSecret(secret, stack),
    needed: () => false,
    error: (value) => (/\n./.test(value) ? "has more than one line" : undefined),
  };
}

/** Keys that hold secrets. */
export const SECRETS: Record<string, Secret> = {
  sshPrivateKey: {
    // What a host needs is decided for each.
    ...ofHost("sshPrivateKey"),
    error: (value) =>
      /^(ssh|ecdsa|sk)-\S+ /.test(value) ? "holds a public key, the private one is needed" : undefined,
  },
  sshKeyPassphrase: ofHost("sshKeyPassphrase"),
  sshPassword: ofHost("sshPassword"),
  sudoPassword: ofHost("sudoPassword"),
  mysqlRootPassword: {
    set: (stack) => `pulumi config set --secret mysqlRootPassword -s ${stack}`,
    needed: ({ program, settings }) => program === "course" && settings?.sections.mysql === true,
  },
  // The students' passwords are made from it.
  classSecret: {
    set: (stack) => `openssl rand -hex 32 | pulumi config set --secret classSecret -s ${stack}`,
    needed: ({ program }) => program === "classroom",
    error: (value) =>
      value.length < 32 ? "is too short: 32 characters or more keep it from being guessed" : undefined,
  },
};

/** What the engine hands to a program: every key as text, and which of them are secret. */
export interface RawConfig {
  stack: string;
  values: Record<string, string>;
  secretKeys: string[];
  /** Whether there is such a file. @default not asked */
  fileExists?: (path: string) => boolean;
  /** This machine's OpenSSH. @default not asked, and no host may have an alias */
  ssh?: OpenSsh;
}

/** The config of the running stack. Throws one error that names every error of it; no resource is registered before. */
export function readConfig(): StackConfig {
  // The language host tells which keys are secret; the SDK reads the same variable but does not make them public.
  const secretKeys = JSON.parse(process.env.PULUMI_CONFIG_SECRET_KEYS || "[]") as string[];
  const values = pulumi.runtime.allConfig();
  return parseConfig({ stack: pulumi.getStack(), values, secretKeys, fileExists: existsSync, ssh: openSsh });
}

export function parseConfig(raw: RawConfig): StackConfig {
  const errors: string[] = [];
  const own = Object.keys(raw.values).filter((key) => key.startsWith(`${PROJECT}:`));
  const names = own.map((key) => key.slice(PROJECT.length + 1));
  const known = ["program", ...Object.keys(PROGRAMS), ...Object.keys(SECRETS)];
  for (const name of names.filter((each) => !known.includes(each) && ownSecretIn(each) === undefined)) {
    errors.push(`${PROJECT}:${name} is not a key of this project${closest(name, known)}`);
  }

  const program = raw.values[`${PROJECT}:program`];
  if (!isProgram(program)) {
    const all = Object.keys(PROGRAMS).join("|");
    errors.push(
      program === undefined
        ? `${PROJECT}:program is missing. Set it: pulumi config set program ${all} -s ${raw.stack}`
        : `${PROJECT}:program is ${JSON.stringify(program)}, which is no program${closest(program, Object.keys(PROGRAMS))}`,
    );
    throw configError(raw.stack, errors);
  }
  for (const other of Object.keys(PROGRAMS).filter((each) => each !== program && names.includes(each))) {
    errors.push(`${PROJECT}:${other} is of another program: this stack runs ${program}. Take it out.`);
  }

  const settings = parseSettings(program, raw, errors);
  const stack = { program, settings } as StackConfig;
  const kubeconfig = (settings as { kubeconfig?: string } | undefined)?.kubeconfig;
  // Otherwise it would be noticed only after the NAS and the nodes have been changed.
  const path = kubeconfig === undefined ? undefined : kubeconfigPath(kubeconfig);
  if (path !== undefined && raw.fileExists?.(path) === false) {
    errors.push(
      `${PROJECT}:${program}.kubeconfig (${JSON.stringify(kubeconfig)}) is not a file here: correct its path.`,
    );
  }
  errors.unshift(...secretErrors(raw, stack), ...hostSecretErrors(raw, names, stack));
  if (errors.length > 0) throw configError(raw.stack, errors);
  return stack;
}

function secretErrors(raw: RawConfig, stack: StackConfig): string[] {
  return Object.entries(SECRETS).flatMap(([name, secret]) => {
    if (raw.values[`${PROJECT}:${name}`]) return valueErrors(raw, name, secret, secret.set(raw.stack));
    return secret.needed(stack) ? [`${PROJECT}:${name} is missing. Set it: ${secret.set(raw.stack)}`] : [];
  });
}

function valueErrors(raw: RawConfig, name: string, { error }: Secret, command: string): string[] {
  const key = `${PROJECT}:${name}`;
  const errors = raw.secretKeys.includes(key) ? [] : [`${key} is stored in plain text. Store it encrypted: ${command}`];
  const wrong = error?.(raw.values[key] ?? "");
  return wrong === undefined ? errors : [...errors, `${key} ${wrong}. Set it: ${command}`];
}

/** Errors of the secrets of single hosts, and of what a host is logged in to with. */
function hostSecretErrors(raw: RawConfig, names: string[], { program, settings }: StackConfig): string[] {
  const errors = names.flatMap((name) => {
    const own = ownSecretIn(name);
    return own ? valueErrors(raw, name, SECRETS[own.secret] as Secret, setSecret(name, raw.stack)) : [];
  });
  // A course's host is that of its infrastructure, which is read later.
  if (program !== "infrastructure") return errors;
  if ((settings as unknown) === undefined) {
    const text = raw.values[`${PROJECT}:${program}`] ?? "";
    const keys = names.some((name) => /^ssh(PrivateKey|Password)(-|$)/.test(name));
    const others = /"(agent|keyFile|sshAlias)"/.test(text);
    // With pods on an export that exists, nothing is logged in to.
    const none = /"(existing|nodePods)"/.test(text) && !/"(nas|nodes)"/.test(text);
    return keys || others || none ? errors : [...errors, missingKey(raw.stack)];
  }
  const hosts = [
    ...(settings.nas ? [{ host: settings.nas, path: "nas" }] : []),
    ...settings.nodes.map((host, index) => ({ host, path: `nodes[${index}]` })),
    ...(settings.additional ?? []).flatMap(({ nas }, index) =>
      nas ? [{ host: nas, path: `additional[${index}].nas` }] : [],
    ),
  ];
  const logins = hosts.flatMap(({ host, path }) => hostErrors(host, `${PROJECT}:${program}.${path}`, raw));
  const strangers = strangerErrors(
    raw.values,
    hosts.map(({ host }) => host),
  );
  return [...errors, ...strangers, ...new Set(logins)];
}

function parseSettings(program: keyof typeof PROGRAMS, raw: RawConfig, errors: string[]): unknown {
  const key = `${PROJECT}:${program}`;
  const text = raw.values[key];
  if (text === undefined) {
    errors.push(`${key} is missing. Pulumi.${program}-example.yaml shows what belongs there.`);
    return undefined;
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    errors.push(
      `${key} is ${JSON.stringify(text)}, not an object. Pulumi.${program}-example.yaml shows what belongs there.`,
    );
    return undefined;
  }
  const { ssh, values } = raw;
  if (program === "infrastructure" && ssh) {
    value = withAliases(value, { ssh, values, error: (at, message) => errors.push(`${key}.${at} ${message}.`) });
  }
  const schema: z.ZodType = PROGRAMS[program];
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const { issues } = result.error;
  // What is of another kind is not too short as well.
  const isOther = ({ path }: z.core.$ZodIssue) =>
    issues.some((each) => each.code === "invalid_type" && each.path.join() === path.join());
  const told = issues.filter((issue) => issue.code !== "too_small" || !isOther(issue));
  errors.push(...told.flatMap((issue) => describe(key, issue, schema, value)));
  return undefined;
}

/** One sentence an error: the key, the value, what is wrong with it. */
function describe(root: string, issue: z.core.$ZodIssue, schema: z.ZodType, settings: unknown): string[] {
  const at = issue.path.reduce<string>(
    (path, part) => (typeof part === "number" ? `${path}[${part}]` : `${path}.${String(part)}`),
    root,
  );
  if (issue.code === "invalid_union") {
    // The errors of what was meant: of the alternative that is of the value's kind.
    const meant = issue.errors.find(
      (all) => !all.some(({ code, path }) => code === "invalid_type" && path.length === 0),
    );
    if (meant) {
      return meant.flatMap((each) =>
        describe(root, { ...each, path: [...issue.path, ...each.path] }, schema, settings),
      );
    }
  }
  if (issue.code === "unrecognized_keys") {
    const known = keysAt(schema, issue.path);
    return issue.keys.map((key) => `${at}.${key} is not a key here${closest(key, known)}`);
  }
  const value = issue.path.reduce<unknown>((from, part) => (from as Record<PropertyKey, unknown>)?.[part], settings);
  if (value === undefined && issue.code === "invalid_type") {
    return [`${at} is missing: ${describeType(issue.expected)} is required there.`];
  }
  return [`${at}${value === undefined ? "" : ` (${JSON.stringify(value)})`} ${fix(issue)}.`];
}

function fix(issue: z.core.$ZodIssue): string {
  if (issue.code === "invalid_type" && issue.message.startsWith("Invalid input")) {
    return `must be ${describeType(issue.expected)}`;
  }
  if (issue.code === "invalid_union") {
    const kinds = issue.errors.flatMap(([first]) =>
      first?.code === "invalid_type" ? describeType(first.expected) : [],
    );
    return `must be ${[...new Set(kinds)].join(" or ")}`;
  }
  if (issue.code === "invalid_value") return `must be one of: ${issue.values.join(", ")}`;
  if (issue.code === "too_small") {
    const counted = issue.origin === "array" || issue.origin === "string";
    return counted ? "must not be empty" : `must be at least ${issue.minimum}`;
  }
  if (issue.code === "too_big") return `must be at most ${issue.maximum}`;
  return issue.message;
}

function describeType(expected: string): string {
  switch (expected) {
    case "int":
      return "a whole number";
    case "array":
      return "a list";
    case "boolean":
      return "true or false";
    case "string":
      return "text";
    case "object":
    case "record":
      return "an object";
    default:
      return `a ${expected}`;
  }
}

/** The keys that the schema knows at a path. */
function keysAt(schema: z.ZodType, path: PropertyKey[]): string[] {
  let json = z.toJSONSchema(schema, { io: "input" }) as JsonSchema | undefined;
  for (const part of path) json = typeof part === "number" ? json?.items : ofObject(json)?.[String(part)];
  return Object.keys(ofObject(json) ?? {});
}

/** The keys of an object, or of that among several alternatives which is one. */
function ofObject(json: JsonSchema | undefined): JsonSchema["properties"] {
  return json?.properties ?? json?.anyOf?.find(({ properties }) => properties)?.properties;
}

interface JsonSchema {
  properties?: Record<string, JsonSchema>;
  anyOf?: JsonSchema[];
  items?: JsonSchema;
}

function isProgram(value: string | undefined): value is keyof typeof PROGRAMS {
  return value !== undefined && Object.hasOwn(PROGRAMS, value);
}
