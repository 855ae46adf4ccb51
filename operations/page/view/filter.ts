import type { Group, Line, State } from "../model/line";

/** Which lines are looked at. */
export interface Filter {
  text: string;
  states: State[];
  /** A class of students; "course" for what is of none. */
  scope: string;
  namespace: string;
  student: string;
  /** Of the course; {@link NO_SECTION} for none. */
  section: string;
  /** A StorageClass; {@link NO_CLASS} for none. */
  storageClass: string;
  onlyTroubles: boolean;
}

export const NO_CLASS = "(none)";
export const NO_SECTION = "(none)";
/** No name of a class: those have no blanks. */
export const COURSE = "the course";

export const EVERYTHING: Filter = {
  text: "",
  states: [],
  scope: "",
  namespace: "",
  student: "",
  section: "",
  storageClass: "",
  onlyTroubles: false,
};

export const isEverything = (filter: Filter): boolean =>
  JSON.stringify({ ...filter, text: filter.text.trim() }) === JSON.stringify(EVERYTHING);

/** Whether something of a line needs somebody. */
export const isTroubled = ({ severity }: Line): boolean => severity === "error" || severity === "warning";

export const storageClassOf = ({ volume, claim }: Line): string => volume?.className ?? claim?.className ?? "";

/** The lines that a filter lets through, in the order of their groups and names. */
export function chosen(lines: Line[], groups: Record<string, Group>, filter: Filter): Line[] {
  const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean);
  return lines.filter((line) => {
    const group = groups[line.group];
    if (filter.states.length > 0 && !filter.states.includes(line.state)) return false;
    if (filter.onlyTroubles && !isTroubled(line)) return false;
    if (filter.scope && (group?.className ?? COURSE) !== filter.scope) return false;
    if (filter.namespace && line.group !== filter.namespace) return false;
    if (filter.student && line.group !== filter.student) return false;
    if (filter.section && (line.section ?? NO_SECTION) !== filter.section) return false;
    if (filter.storageClass && (storageClassOf(line) || NO_CLASS) !== filter.storageClass) return false;
    if (words.length === 0) return true;
    const text = `${textOf(line)} ${group ? textOfGroup(group) : ""}`;
    return words.every((word) => text.includes(word));
  });
}

/** In the order of the page: what is of nobody comes last. */
export function ordered(lines: Record<string, Line>): Line[] {
  const keyOf = ({ group, claim, name }: Line) => `${group || "\uffff"} ${claim?.name ?? name} ${name}`;
  return Object.values(lines)
    .map((line) => [keyOf(line), line] as const)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([, line]) => line);
}

const texts = new WeakMap<Line | Group, string>();

function textOf(line: Line): string {
  const known = texts.get(line);
  if (known !== undefined) return known;
  const { state, directory, volume, claim, users, findings, name } = line;
  const parts = [
    name,
    state,
    directory?.host,
    directory?.path,
    volume?.phase,
    volume?.className,
    volume?.claimRef,
    volume?.reclaim,
    claim && `${claim.namespace}/${claim.name}`,
    claim?.phase,
    ...users.flatMap(({ workload, pod, status, node, mount }) => [workload, pod, status, node, mount]),
    ...findings.flatMap(({ text }) => [text.en, text.zh]),
  ];
  const text = parts.filter(Boolean).join(" ").toLowerCase();
  texts.set(line, text);
  return text;
}

function textOfGroup(group: Group): string {
  const text = texts.get(group) ?? `${group.name} ${group.student ?? ""} ${group.realName ?? ""}`.toLowerCase();
  texts.set(group, text);
  return text;
}

/** A filter as the end of an address has it, so that it can be kept and sent. */
export function toHash(filter: Filter): string {
  const fields = Object.entries(filter).flatMap(([name, value]: [string, Filter[keyof Filter]]) => {
    const text = Array.isArray(value) ? value.join(",") : value === true ? "yes" : value || "";
    return text === "" ? [] : [[name, text] as [string, string]];
  });
  return new URLSearchParams(fields).toString();
}

export function fromHash(hash: string): Filter {
  const fields = new URLSearchParams(hash.replace(/^#/, ""));
  const get = (name: keyof Filter) => fields.get(name) ?? "";
  return {
    text: get("text"),
    states: get("states").split(",").filter(Boolean) as State[],
    scope: get("scope"),
    namespace: get("namespace"),
    student: get("student"),
    section: get("section"),
    storageClass: get("storageClass"),
    onlyTroubles: get("onlyTroubles") === "yes",
  };
}
