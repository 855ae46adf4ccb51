/** Why this cannot be the path of an export; `undefined` when it can. */
export function exportPathError(path: string): string | undefined {
  if (!path.startsWith("/")) return `"${path}" is not absolute: begin it with "/"`;
  if (/^\/+$/.test(path)) return `"${path}" would export the host's whole file system: name a folder of its own`;
  return folderError(path);
}

/** Why this cannot be the name of a folder below an export; `undefined` when it can. */
export function belowExportError(name: string): string | undefined {
  if (name === "") return `"" is the export itself: name a folder below it`;
  if (name.startsWith("/")) return `"${name}" is absolute: name it as seen from the export`;
  return folderError(name);
}

function folderError(path: string): string | undefined {
  if (/(^|\/)\.{1,2}(\/|$)/.test(path)) return `"${path}" has "." or ".." in it: write the path out`;
  if (path.endsWith("/") || path.includes("//")) return `"${path}" has a "/" too many`;
  // What exports(5) would need to have escaped, and mount commands trip over.
  if (!/^[\w@%+=:,./-]+$/.test(path)) return `"${path}" may hold letters, digits and _ @ % + = : , . - only`;
  return undefined;
}
