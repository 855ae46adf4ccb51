import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { checked } from "../checked";
import { tellError } from "../tell-error";
import { bareAddress } from "./host-address";
import { explainConnection, type Endpoint, forgetHost, hostKeyError, type SshConnection } from "./ssh-connection";
import { renderScript, type ScriptName } from "./script-text";
import type { ShellValue } from "./shell-quote";

/** The longest run of a script, in seconds: installing a package over a slow line is the longest thing done. */
const SCRIPT_LIMIT = 1200;

/**
 * Four attempts of at most 10 s each: what cannot be reached is an error within 45 s, and a busy sshd (MaxStartups) still
 * gets a second chance.
 */
const DIAL = { dialErrorLimit: 3, perDialTimeout: 10 };

export interface RemoteScriptArgs {
  connection: SshConnection;
  script: ScriptName;
  /** The script's values, written as quoted assignments before its text. */
  values: pulumi.Input<Record<string, pulumi.Input<ShellValue>>>;
  /** The function of the script that runs when the resource is in the state already. @default "apply", as for a new one */
  onUpdate?: string;
  /** The function of the script that undoes it. @default nothing is done on the host when the resource is deleted */
  onDelete?: string;
}

/**
 * Runs a script on a host over SSH: when it is new, and again when its text, its values or the connection changed. The
 * text goes through standard input, so that an error quotes the script's output and not its text. Its progress is
 * shown line by line; none of the scripts is given a secret.
 */
export function remoteScript(
  name: string,
  args: RemoteScriptArgs,
  opts: { parent: pulumi.ComponentResource },
): command.remote.Command {
  const { port = 22, user = "root", privateKey } = args.connection;
  const host = pulumi.output(args.connection.host).apply(bareAddress);
  const hostKey = checkedHostKey(name, args.connection.hostKey, opts.parent);
  const run = (action: string) =>
    pulumi
      .output(user)
      .apply((u) => `${u === "root" ? "" : "sudo -n "}timeout -k 30 ${SCRIPT_LIMIT} bash -s -- ${action}`);
  const endpoint = pulumi.output({ host, port, user });
  return new command.remote.Command(
    name,
    {
      connection: { host, port, user, privateKey, hostKey, ...DIAL },
      create: run("apply"),
      update: args.onUpdate === undefined ? undefined : run(args.onUpdate),
      delete: args.onDelete === undefined ? undefined : run(args.onDelete),
      stdin: pulumi
        .output(args.values)
        .apply((values) => renderScript(args.script, values as Record<string, ShellValue>)),
      addPreviousOutputInEnv: false,
      logging: command.types.enums.remote.Logging.Stdout,
    },
    {
      ...opts,
      // Another host is another resource: what was done on the old one is undone there first.
      replacementTrigger: host,
      deleteBeforeReplace: true,
      hooks: { onError: [explainErrors(name, endpoint)] },
    },
  );
}

/** An Output of another stack may come out undefined: no key. */
function checkedHostKey(
  name: string,
  hostKey: pulumi.Input<string> | undefined,
  parent: pulumi.Resource,
): pulumi.Output<string> | undefined {
  if (hostKey === undefined) return undefined;
  const given = typeof hostKey === "string" ? hostKey : pulumi.output(hostKey).apply((key?: string) => key ?? "");
  const known = checked(parent, `hostKey of ${name}`, given, (key) => (key === "" ? undefined : hostKeyError(key)));
  return known.apply((key) => (key === "" ? undefined : key)) as pulumi.Output<string>;
}

/** Adds a sentence for people to the SSH client's error, which names neither the host nor the remedy. */
function explainErrors(name: string, endpoint: pulumi.Output<Endpoint>): pulumi.ErrorHook {
  return new pulumi.ErrorHook(`${name}-explained`, async (failure) => {
    await tellError(await explainFailure(failure, endpoint));
    return false;
  });
}

/** The sentence for a script that failed or was not reached. Plain `pulumi destroy` runs no program, and so does not ask. */
export async function explainFailure(
  {
    errors,
    failedOperation,
    oldInputs,
    urn,
  }: Pick<pulumi.ErrorHookArgs, "errors" | "failedOperation" | "oldInputs" | "urn">,
  endpoint: pulumi.Output<Endpoint>,
): Promise<string> {
  const isDeletion = failedOperation === "delete";
  // What is deleted may be on another host than the program now names.
  const wanted = isDeletion ? pulumi.output((oldInputs as { connection: Endpoint }).connection) : endpoint;
  const reached = await new Promise<Endpoint>((resolve) => wanted.apply(resolve));
  const sentence = explainConnection(errors[0] ?? "", reached, pulumi.getStack());
  if (sentence === undefined) {
    return `The script failed on ${reached.user}@${reached.host}:${reached.port}: see its words below.`;
  }
  return isDeletion ? `${sentence} ${forgetHost(urn, reached, pulumi.getStack())}` : sentence;
}
