const PLACEHOLDER = /\$\{\.PVC\.([^}]*)\}/g;

/**
 * Why the provisioner must not be given this `pathPattern`; `undefined` when it is safe. It fills the placeholders in
 * and uses the result as a path below the export, unchecked: a pattern can lead out of the export, give two claims the
 * same directory (so deleting one deletes the other's data), or come out empty.
 */
export function pathPatternFault(pattern: string): string | undefined {
  if (pattern.startsWith("/")) return `"${pattern}" begins with "/": it is a path below the export`;
  const placeholders = [...pattern.matchAll(PLACEHOLDER)].map((match) => match[1] as string);
  if (/[${}]/.test(pattern.replace(PLACEHOLDER, ""))) {
    return `"${pattern}" has a placeholder that is none: \${.PVC.namespace}, \${.PVC.name} and \${.PVC.labels.KEY} are`;
  }
  for (const field of placeholders) {
    if (field.startsWith("annotations.")) {
      return `"${pattern}" uses an annotation, which may hold "../" and lead out of the export: use a label`;
    }
    if (field !== "namespace" && field !== "name" && !/^labels\.[\w./-]+$/.test(field)) {
      return `"${pattern}": \${.PVC.${field}} comes out empty; use namespace, name or labels.KEY`;
    }
  }
  for (const field of ["namespace", "name"]) {
    if (placeholders.filter((found) => found === field).length !== 1) {
      return `"${pattern}" must have \${.PVC.${field}} once, or two claims can get the same directory`;
    }
  }
  return pattern
    .split("/")
    .map((segment) => segmentFault(pattern, segment))
    .find((fault) => fault !== undefined);
}

function segmentFault(pattern: string, segment: string): string | undefined {
  const fields = [...segment.matchAll(PLACEHOLDER)].map((match) => match[1] as string);
  const literal = segment.replace(PLACEHOLDER, "");
  const labels = fields.filter((field) => field.startsWith("labels."));
  if (segment === "") return `"${pattern}" has an empty part between its "/"`;
  if (/^\.+$/.test(segment)) return `"${pattern}" has "${segment}" in it, which leads elsewhere`;
  if (labels.length > 0 && (fields.length > 1 || !/[\w]/.test(literal))) {
    return `"${pattern}": a label may be missing and then comes out empty; give it a part of its own with some text, such as /team-\${.PVC.labels.team}/`;
  }
  // A namespace has neither "." nor "_" in it, so the two cannot run into each other; "a-b" + "c" and "a" + "b-c" would.
  if (fields.length > 1 && !/[._]/.test(literal)) {
    return `"${pattern}": part namespace and name by "/", "_" or ".", or two claims can get the same directory`;
  }
  return undefined;
}
