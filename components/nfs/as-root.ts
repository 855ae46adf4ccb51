/** Stands alone in the line that the command's own input begins after. */
const MARK = "## storage-lab: from here on for root";

/**
 * Reads the password from the first line of its input, and asks sudo once, which tells a wrong one after one attempt. What follows runs
 * whether or not sudo takes the password's line: root skips to the mark. `printf` is part of the shell, so that no list of
 * processes shows the password.
 */
const ASK = [
  "IFS= read -r p",
  "export LC_ALL=C",
  'printf "%s\\n" "$p" | sudo -S -p "" true || exit',
  "run=$1",
  "shift",
  '{ printf "%s\\n" "$p" "$0"; cat; } | sudo -S -p "" bash -c "$run" "$0" "$@"',
].join("; ");
const RUN = 'while IFS= read -r l; do if [ "$l" = "$0" ]; then exec "$@"; fi; done; exit 1';

/**
 * A command that runs as root where `user` logs in.
 *
 * @param hasPassword Whether `sudo` gets a password; its input is then that of `inputForRoot`.
 */
export function asRoot(command: string, user: string, hasPassword: boolean): string {
  if (user === "root") return command;
  return hasPassword ? `bash -c '${ASK}' '${MARK}' '${RUN}' ${command}` : `sudo -n ${command}`;
}

/** The input of such a command. */
export function inputForRoot(input: string, user: string, sudoPassword: string | undefined): string {
  return user === "root" || sudoPassword === undefined ? input : `${sudoPassword}\n${input}`;
}

/** Says in a plain sentence why sudo did not let the user run the command; `undefined` when it did. */
export function explainSudo(words: string, user: string, stack: string): string | undefined {
  // In the words of sudo, of old and new releases, and of sudo-rs.
  const setPassword = `pulumi config set --secret sudoPassword -s ${stack}`;
  if (/sudo: .*incorrect (password|authentication) attempt|sudo: no password was provided/.test(words)) {
    return `sudo does not accept the password of ${user}. Set the right one: ${setPassword}`;
  }
  if (/is not in the sudoers file|may not run sudo|is not allowed to (run sudo|execute)/.test(words)) {
    return `${user} may not run commands as root: let sudo do that there (visudo), or log in as another user.`;
  }
  if (/sudo: (a password|a terminal|interactive authentication) is required/.test(words)) {
    return `sudo asks for the password of ${user}. Set it: ${setPassword} (or allow it without one: NOPASSWD in visudo).`;
  }
  if (/you must have a tty/.test(words)) {
    return `sudo wants a terminal, which a program has not: take "Defaults requiretty" out there (visudo).`;
  }
  if (/sudo: (command )?not found/.test(words)) {
    return `There is no sudo, with which ${user} becomes root: install it, or log in as root.`;
  }
  return undefined;
}
