import * as pulumi from "@pulumi/pulumi";
import { onceCreated } from "../once-created";
import type { ExportPod } from "./export-pod";
import type { RemoteScriptArgs } from "./remote-script";
import { renderScript, scriptRevision, type ScriptName } from "./script-text";
import type { ShellValue } from "./shell-quote";
import { recordedConnection } from "./ssh-connection";

/** How a host is logged in to, without a secret; anyone but root becomes root with `sudo`. */
export interface RecordedLogin {
  host: string;
  port: number;
  user: string;
  hostKey?: string;
  /** The SSH agent that has the key: `true` for that of `SSH_AUTH_SOCK`, or the path of its socket. @default none */
  agent?: boolean | string;
  /** Path of the private key. @default it is in no file */
  privateKeyFile?: string;
}

/**
 * How to find out whether what a component did on a host is still so, which Pulumi does not look at: where to go, and the
 * script with its values. Holds no secret. `hostCheckScript` makes the text of it that is run there.
 */
export interface HostCheck extends RecordedLogin {
  /** Name of the component. */
  name: string;
  /** What the host is called where its secrets are kept. @default it was not told */
  login?: string;
  /** A host on the way. @default there is none */
  bastion?: RecordedLogin & { name?: string };
  /** What holds when the check passes, in a sentence. */
  title: string;
  /** Where no SSH leads to the host: the pod in which the script runs. Port and user are then those of NFS. */
  pod?: ExportPod;
  script: ScriptName;
  values: Record<string, ShellValue>;
  /** Which text of the script the values are for (`scriptRevision`). */
  revision: string;
}

/**
 * The text to feed to `bash -s -- check` as root on the check's host. It changes nothing there; its exit code is 0 when
 * all is as it was made, and otherwise standard error says what is not, one thing a line.
 */
export function hostCheckScript({ script, values }: Pick<HostCheck, "script" | "values">): string {
  return renderScript(script, values);
}

/** The check of what a script has made, once it has run. */
export function hostCheck(
  name: string,
  title: string,
  { connection, script, values }: RemoteScriptArgs,
  made: pulumi.CustomResource,
): pulumi.Output<HostCheck> {
  const { name: login, ...recorded } = recordedConnection(connection);
  return onceCreated({ name, title, login, ...recorded, script, values, revision: scriptRevision(script) }, made);
}
