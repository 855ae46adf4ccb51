import { posix } from "node:path";

const PLACEHOLDER = /\$\{\.PVC\.([^}]*)\}/g;

/**
 * Why the provisioner must not be given this `pathPattern`; `undefined` when it is safe. It fills the placeholders in
 * and uses the result as a path below the export, unchecked: a pattern can lead out of the export, give two claims the
 * same directory (so deleting one deletes the other's data), or come out empty.
 */
export function pathPatternError(pattern: string): string | undefined {
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
    .map((segment) => segmentError(pattern, segment))
    .find((error) => error !== undefined);
}

function segmentError(pattern: string, segment: string): string | undefined {
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

/**
 * Whether classes with these patterns can give one claim's directory to another, or one inside the other: the claim that is
 * made again in the other class gets what the first one left, and deleting it deletes that.
 *
 * They can where the patterns are equal, or one is the beginning of the other, once every placeholder counts as the same:
 * `${.PVC.namespace}/${.PVC.name}` and `${.PVC.name}/${.PVC.namespace}` meet in `a/b`. Not noticed: a placeholder that comes
 * out as the other's fixed text (`${.PVC.namespace}/…` in a namespace `team`, and `team/…`).
 */
export function pathPatternsOverlap(one: string, other: string): boolean {
  const [a = "", b = ""] = [one, other].map((pattern) => pattern.replace(PLACEHOLDER, "${}"));
  return within(a, b) || within(b, a);
}

/** A claim as a provisioner sees it. */
export interface ProvisionedClaim {
  namespace: string;
  name: string;
  /** @default none */
  labels?: Record<string, string>;
}

/** The path below the export that the provisioner makes of a pattern; a placeholder without a value comes out empty. */
export function pathOf(pattern: string, { namespace, name, labels = {} }: ProvisionedClaim): string {
  return pattern.replace(PLACEHOLDER, (_, field: string) => {
    if (field === "namespace") return namespace;
    if (field === "name") return name;
    return field.startsWith("labels.") ? (labels[field.slice("labels.".length)] ?? "") : "";
  });
}

/**
 * Why these claims must not be made in classes of this pattern, with the path that would have been made; `undefined` when
 * each gets a directory of its own below the export.
 *
 * @param claims All claims that get their volumes by the pattern.
 * @param taken Directories below the export that are somebody else's, such as static volumes'.
 */
export function claimPathsError(pattern: string, claims: ProvisionedClaim[], taken: string[] = []): string | undefined {
  const owners = taken.map((path) => ({ path: posix.normalize(path), owner: "a static volume" }));
  for (const claim of claims) {
    const owner = `claim ${claim.namespace}/${claim.name}`;
    const made = pathOf(pattern, claim);
    const path = posix.join("/", made).slice(1).replace(/\/$/, "");
    const outside = /^\.\.(\/|$)/.test(posix.normalize(`./${made}`));
    const gets = `"${pattern}" gives ${owner}`;
    if (outside) return `${gets} the directory ${made}, which leads out of the export`;
    if (path === "") return `${gets} an empty path ("${made}"), and so no directory of its own`;
    const other = owners.find((each) => within(each.path, path) || within(path, each.path));
    if (other?.path === path) {
      return `${gets} the directory ${path}, which ${other.owner} has: deleting one would delete the other's data`;
    }
    if (other) {
      const nested = "one lies in the other, and deleting the outer one would delete both";
      return `${gets} the directory ${path}, and ${other.owner} has ${other.path}: ${nested}`;
    }
    owners.push({ path, owner });
  }
  return undefined;
}

const within = (inner: string, outer: string) => `${inner}/`.startsWith(`${outer}/`);
