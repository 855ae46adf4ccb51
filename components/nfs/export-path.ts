/** The system's folders: with all that is below them, without it, and those whose every child belongs to somebody. */
const SYSTEM_TREES =
  /^\/(bin|boot|dev|etc|lib(32|64|x32)?|proc|root|run|sbin|sys|tmp|usr|var\/(backups|cache|kerberos|lib|lock|log|mail|run|spool|tmp))(\/|$)/;
const SYSTEM_FOLDERS = /^\/(home|opt|var)$/;
const HOME = /^\/home\/[^/]+$/;
const HIDDEN_IN_HOME = /^\/home\/[^/]+\/\./;

/** Why this cannot be the path of an export or of a folder that is made for one; `undefined` when it can. */
export function exportPathError(path: string): string | undefined {
  const error = absolutePathError(path);
  if (error !== undefined) return error;
  if (SYSTEM_TREES.test(path) || SYSTEM_FOLDERS.test(path)) {
    return `"${path}" belongs to the host's system: export a folder of its own, such as /srv/nfs`;
  }
  if (HOME.test(path)) return `"${path}" is a user's home: export a folder in it, or one of its own such as /srv/nfs`;
  if (HIDDEN_IN_HOME.test(path)) return `"${path}" is a hidden folder of a user's home, where keys and settings are`;
  return undefined;
}

/** Why this cannot be a folder that some server exports; `undefined` when it can. */
export function absolutePathError(path: string): string | undefined {
  if (!path.startsWith("/")) return `"${path}" is not absolute: begin it with "/"`;
  if (/^\/+$/.test(path)) return `"${path}" would export the host's whole file system: name a folder of its own`;
  return folderError(path);
}

/** Why nothing can be mounted by this path; `undefined` when it can. NFSv4 knows the path `/`, the root of all exports. */
export function mountPathError(path: string): string | undefined {
  return path === "/" ? undefined : absolutePathError(path);
}

/** Why this cannot be the name of a folder below an export; `undefined` when it can. */
export function belowExportError(name: string): string | undefined {
  if (name === "") return `"" is the export itself: name a folder below it`;
  if (name.startsWith("/")) return `"${name}" is absolute: name it as seen from the export`;
  // What volumes, classes and scripts can hold without being quoted.
  if (!/^[\w@%+=:,./-]+$/.test(name)) return `"${name}" may hold letters, digits and _ @ % + = : , . - only`;
  return folderError(name);
}

/**
 * The name of a path's export when none is given: `/nfs` → `storage-lab-nfs`, `/srv/class-a` → `storage-lab-srv-class_-a`.
 * Two paths never get the same one: `/` becomes `-`, `-` and `_` get a `_` before them, and any other character but
 * letters, digits and `.` is written as its bytes in UTF-8, each as `_` and its number in hexadecimal.
 */
export function defaultExportName(path: string): string {
  const encoded = path
    .slice(1)
    .replaceAll(/[^A-Za-z0-9./]/gu, (character) =>
      "-_".includes(character)
        ? `_${character}`
        : [...Buffer.from(character)].map((byte) => `_${byte.toString(16).padStart(2, "0")}`).join(""),
    )
    .replaceAll("/", "-");
  return `storage-lab-${encoded}`;
}

/** Why this cannot be an export's name; `undefined` when it can. */
export function exportNameError(name: string): string | undefined {
  if (name.length > 200)
    return `"${name}" is longer than the 200 characters that a file's name leaves: give exportName`;
  return /^[A-Za-z0-9][\w.-]*$/.test(name)
    ? undefined
    : `"${name}" becomes the name of a file in /etc/exports.d, so use letters, digits, "_", "." and "-"`;
}

function folderError(path: string): string | undefined {
  if (/(^|\/)\.{1,2}(\/|$)/.test(path)) return `"${path}" has "." or ".." in it: write the path out`;
  if (path.endsWith("/") || path.includes("//")) return `"${path}" has a "/" too many`;
  const control = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/u.exec(path)?.[0];
  if (control !== undefined) {
    return `${JSON.stringify(path)} has a control character in it, which exports, mounts and logs cannot show: rename the folder`;
  }
  // Of "\134040", which stands for a backslash before "040", the server makes a blank.
  if (path.includes("\\"))
    return `"${path}" has a "\\" in it, which the server reads as the beginning of another character`;
  const blank = /(^|\/)\s|\s(\/|$)/.test(path);
  if (blank)
    return `"${path}" has a blank at the beginning or end of a folder's name, where nobody sees it: rename the folder`;
  return undefined;
}
