import * as pulumi from "@pulumi/pulumi";
import { onceCreated } from "../once-created";
import { bareAddress } from "./host-address";
import type { RemoteScriptArgs } from "./remote-script";
import { renderScript, scriptRevision, type ScriptName } from "./script-text";
import type { ShellValue } from "./shell-quote";

/**
 * How to find out whether what a component did on a host is still so, which Pulumi does not look at: where to go, and the
 * script with its values. Holds no secret. `hostCheckScript` makes the text of it that is run there.
 */
export interface HostCheck {
  /** Name of the component. */
  name: string;
  /** What holds when the check passes, in a sentence. */
  title: string;
  host: string;
  port: number;
  /** Who logs in; anyone but root runs it with `sudo -n`. */
  user: string;
  hostKey?: string;
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
  const { port = 22, user = "root", hostKey } = connection;
  const host = pulumi.output(connection.host).apply(bareAddress);
  return onceCreated(
    { name, title, host, port, user, hostKey, script, values, revision: scriptRevision(script) },
    made,
  );
}
