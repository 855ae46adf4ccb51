import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { tellError } from "../tell-error";
import { asRoot, explainSudo, inputForRoot } from "./as-root";
import { endpointOf, explainConnection, type Endpoint, forgetHost } from "./connection-errors";
import { renderScript, type ScriptName } from "./script-text";
import type { ShellValue } from "./shell-quote";
import { loginInputs, recordedConnection, type SshConnection, throughBastion, userOf } from "./ssh-connection";

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
 * shown line by line; none of the scripts is given a secret, and sudo's password goes before it.
 */
export function remoteScript(
  name: string,
  args: RemoteScriptArgs,
  opts: { parent: pulumi.ComponentResource },
): command.remote.Command {
  const { sudoPassword, bastion } = args.connection;
  const user = userOf(args.connection.user);
  // Whether there is a password is no secret; a connection that is one Output may come out without.
  const hasPassword = pulumi.unsecret(pulumi.output(sudoPassword).apply((password) => password !== undefined));
  const run = (action: string) =>
    pulumi
      .all([user, hasPassword])
      .apply(([who, has]) => asRoot(`timeout -k 30 ${SCRIPT_LIMIT} bash -s -- ${action}`, who, has));
  const text = pulumi
    .output(args.values)
    .apply((values) => renderScript(args.script, values as Record<string, ShellValue>));
  const login = loginInputs(name, args.connection, opts.parent);
  const proxy = throughBastion(bastion, (way) => ({
    ...loginInputs(`the bastion of ${name}`, way, opts.parent),
    ...DIAL,
  }));
  return new command.remote.Command(
    name,
    {
      connection: { ...login, proxy, ...DIAL },
      create: run("apply"),
      update: args.onUpdate === undefined ? undefined : run(args.onUpdate),
      delete: args.onDelete === undefined ? undefined : run(args.onDelete),
      stdin:
        sudoPassword === undefined
          ? text
          : pulumi.all([text, user, pulumi.secret(sudoPassword)]).apply((known) => inputForRoot(...known)),
      addPreviousOutputInEnv: false,
      logging: command.types.enums.remote.Logging.Stdout,
    },
    {
      ...opts,
      // Another host is another resource: what was done on the old one is undone there first.
      replacementTrigger: login.host,
      deleteBeforeReplace: true,
      hooks: { onError: [explainErrors(name, pulumi.output(recordedConnection(args.connection)))] },
    },
  );
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
  const wanted = isDeletion
    ? pulumi.output((oldInputs as { connection: Endpoint }).connection).apply(endpointOf)
    : endpoint;
  const reached = await new Promise<Endpoint>((resolve) => wanted.apply(resolve));
  const words = errors[0] ?? "";
  const sentence = explainConnection(words, reached, pulumi.getStack());
  if (sentence === undefined) {
    return `The script failed on ${reached.user}@${reached.host}:${reached.port}: its words are shown with this error.`;
  }
  // A host that sudo refuses is there.
  const isGone = isDeletion && explainSudo(words, reached.user, pulumi.getStack()) === undefined;
  return isGone ? `${sentence} ${forgetHost(urn, reached, pulumi.getStack())}` : sentence;
}
