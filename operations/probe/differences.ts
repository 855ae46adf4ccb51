import { parseQuantity } from "../../components/storage/quantity";

/** Fields by which the API server tells the members of a list apart, the first that all of them have. */
const LIST_KEYS = ["name", "mountPath", "containerPort", "port", "key", "ip"];

/** What chooses by labels: an additional one chooses less. */
const SELECTOR = /(^|\.)(selector|matchLabels|nodeSelector)$/;

/**
 * Where an object is not as the program wants it: "spec.replicas is 0 instead of 1". What the program did not set counts
 * for nothing, since the API server and controllers add to it.
 */
export function differences(wanted: unknown, found: unknown, path = ""): string[] {
  if (wanted === undefined || wanted === null || (isNothing(wanted) && isNothing(found))) return [];
  if (Array.isArray(wanted)) return listDifferences(wanted, found, path);
  if (typeof wanted === "object" && wanted !== null) {
    const fields = isObject(found) ? found : {};
    const added = SELECTOR.test(path) ? Object.keys(fields).filter((key) => !(key in wanted)) : [];
    return [
      ...Object.entries(wanted).flatMap(([key, value]) =>
        differences(value, fields[key], path === "" ? key : `${path}.${key}`),
      ),
      ...added.map((key) => `${path}.${key} is ${shown(fields[key])} instead of not set`),
    ];
  }
  return same(wanted, found) ? [] : [`${path} is ${shown(found)} instead of ${shown(wanted)}`];
}

/** Lists of named things (containers, volumes) by name, since the API server adds to a pod's; all others one by one. */
function listDifferences(wanted: unknown[], found: unknown, path: string): string[] {
  const members: unknown[] = Array.isArray(found) ? found : [];
  const key = LIST_KEYS.find((each) => wanted.every((member) => isObject(member) && member[each] !== undefined));
  if (key !== undefined) {
    return wanted.flatMap((member) => {
      const name = (member as Fields)[key];
      const other = members.find((each) => isObject(each) && same(name, each[key]));
      const at = `${path}[${String(name)}]`;
      return other === undefined ? [`${at} is not there`] : differences(member, other, at);
    });
  }
  if (wanted.length !== members.length) return [`${path} is ${shown(found)} instead of ${shown(wanted)}`];
  return wanted.flatMap((member, index) => differences(member, members[index], `${path}[${index}]`));
}

type Fields = Record<string, unknown>;

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Kubernetes does not keep an empty text, list or object apart from none. */
function isNothing(value: unknown): boolean {
  if (value === undefined || value === null || value === "") return true;
  return typeof value === "object" && !(value instanceof Date) && Object.values(value).every(isNothing);
}

function same(wanted: unknown, found: unknown): boolean {
  if (isNothing(wanted) && isNothing(found)) return true;
  const [one, other] = [String(wanted), found instanceof Date ? found.toISOString() : String(found)];
  return one === other || sameQuantity(one, other);
}

/** "0.1" is "100m", and "1Gi" is "1024Mi": the API server keeps quantities in a spelling of its own. */
function sameQuantity(one: string, other: string): boolean {
  const value = parseQuantity(one);
  return value !== undefined && value === parseQuantity(other);
}

function shown(value: unknown): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "not set");
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
