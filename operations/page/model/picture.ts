import type { V1PersistentVolume, V1PersistentVolumeClaim } from "@kubernetes/client-node";
import { CLASS_LABEL, STUDENT_LABEL } from "../../../components/index";
import { SECTION_MARK } from "../../../stacks/mark-names";
import { claimFindings } from "./claim-findings";
import { fullName, type ClusterObjects } from "./cluster-objects";
import { groupOf } from "./group";
import type { HostFacts } from "./host-facts";
import type { ClaimPart, Directory, Finding, Group, Line, Picture, State, UserPart, VolumePart } from "./line";
import { ObjectIndex } from "./object-index";
import { directoryOf } from "./places";
import { userFindings, usersOf } from "./users";
import { volumeFindings } from "./volume-findings";
import { worst } from "./words";

/** The lines of sight of a cluster, and the namespaces that they are of. */
export function pictureOf(objects: ClusterObjects, facts: HostFacts, now: number): Pick<Picture, "lines" | "groups"> {
  const index = new ObjectIndex(objects, facts, now);
  const lines: Record<string, Line> = {};
  const taken = new Set<V1PersistentVolumeClaim>();
  for (const volume of objects.volumes) {
    const claim = claimOf(index, volume);
    if (claim) taken.add(claim);
    const line = volumeLine(index, volume, claim);
    lines[line.id] = line;
  }
  for (const claim of objects.claims) {
    if (taken.has(claim)) continue;
    const line = claimLine(index, claim);
    lines[line.id] = line;
  }
  const groups: Record<string, Group> = {};
  for (const { group } of Object.values(lines)) groups[group] ??= groupOf(index, group);
  return { lines, groups };
}

/** The claim that has the volume, each knowing the other; not one that only has the same name. */
function claimOf(index: ObjectIndex, { metadata, spec }: V1PersistentVolume): V1PersistentVolumeClaim | undefined {
  const ref = spec?.claimRef;
  const claim = ref && index.claims.get(`${ref.namespace}/${ref.name}`);
  if (!claim || (ref.uid !== undefined && ref.uid !== claim.metadata?.uid)) return undefined;
  const { volumeName } = claim.spec ?? {};
  return volumeName === undefined || volumeName === "" || volumeName === metadata?.name ? claim : undefined;
}

function volumeLine(index: ObjectIndex, volume: V1PersistentVolume, claim?: V1PersistentVolumeClaim): Line {
  const name = fullName(volume);
  const ref = volume.spec?.claimRef;
  const owner = ownerOf(index, volume);
  const group = (index.namespaces.has(ref?.namespace ?? "") || !owner ? ref?.namespace : owner) ?? "";
  const quota = index.facts.quotas.get(group);
  const seen = directoryOf(volume, index.facts);
  const directory: Directory = seen.kind === "nfs" && quota ? { ...seen, limit: quota.limit } : seen;
  const users = claim ? usersOf(index, fullName(claim), directory) : [];
  const findings = [
    ...volumeFindings(index, volume, directory),
    ...(claim ? [...claimFindings(index, claim), ...userFindings(index, fullName(claim), directory)] : []),
  ];
  const part: VolumePart = {
    name,
    phase: volume.metadata?.deletionTimestamp ? "Terminating" : (volume.status?.phase ?? "Pending"),
    ...(ref?.name && { claimRef: `${ref.namespace}/${ref.name}` }),
    ...(ref?.uid && { claimUid: ref.uid }),
    className: volume.spec?.storageClassName ?? "",
    reclaim: volume.spec?.persistentVolumeReclaimPolicy ?? "Retain",
    capacity: volume.spec?.capacity?.storage ?? "",
    modes: volume.spec?.accessModes ?? [],
    ...sinceOf(volume.metadata?.creationTimestamp),
  };
  const claimPart = claim ? partOf(claim) : goneClaim(volume);
  const section = sectionOf(index, volume, claim);
  return finished({
    ...{ id: `volume/${name}`, group, name, ...section, directory },
    ...{ volume: part, claim: claimPart, users, findings },
  });
}

function claimLine(index: ObjectIndex, claim: V1PersistentVolumeClaim): Line {
  const name = fullName(claim);
  const users = usersOf(index, name);
  const findings = [...claimFindings(index, claim), ...userFindings(index, name)];
  const group = claim.metadata?.namespace ?? "";
  return finished({
    id: `claim/${name}`,
    group,
    name: claim.metadata?.name ?? "",
    ...sectionOf(index, undefined, claim),
    claim: partOf(claim),
    users,
    findings,
  });
}

/** What made volume, claim or workload says which section they are of; claims of a template and their volumes do not. */
function sectionOf(index: ObjectIndex, volume?: V1PersistentVolume, claim?: V1PersistentVolumeClaim) {
  const workloads = (claim && index.workloadsOf.get(fullName(claim))) ?? [];
  const marks = [volume, claim, ...workloads].map((object) => object?.metadata?.annotations?.[SECTION_MARK]);
  const section = marks.find((mark) => mark !== undefined);
  return section === undefined ? {} : { section };
}

/** Of a Released volume: the claim that is gone. */
function goneClaim({ spec, status }: V1PersistentVolume): ClaimPart | undefined {
  const ref = spec?.claimRef;
  if (status?.phase !== "Released" || !ref) return undefined;
  const { namespace = "", name = "", uid } = ref;
  return { namespace, name, phase: "", uid, requested: "", modes: [], gone: true };
}

function partOf({ metadata, spec, status }: V1PersistentVolumeClaim): ClaimPart {
  return {
    namespace: metadata?.namespace ?? "",
    name: metadata?.name ?? "",
    phase: metadata?.deletionTimestamp ? "Terminating" : (status?.phase ?? "Pending"),
    uid: metadata?.uid,
    className: spec?.storageClassName,
    requested: spec?.resources?.requests?.storage ?? "",
    modes: spec?.accessModes ?? [],
    ...sinceOf(metadata?.creationTimestamp),
  };
}

const sinceOf = (time?: Date | string) => (time ? { since: new Date(time).toISOString() } : {});

/** The namespace of a volume that no claim has: a student's volume is called after it. */
function ownerOf(index: ObjectIndex, { metadata }: V1PersistentVolume): string {
  const { [CLASS_LABEL]: className, [STUDENT_LABEL]: student } = metadata?.labels ?? {};
  const named = className && student ? `${className}-${student}` : (metadata?.name ?? "").split(".")[0];
  return named && metadata?.name?.startsWith(`${named}.`) && index.namespaces.has(named) ? named : "";
}

function finished(line: Omit<Line, "state" | "severity">): Line {
  const findings = line.findings.toSorted(bySeverity);
  const severity = worst(findings);
  return { ...line, findings, state: stateOf({ ...line, findings }), ...(severity && { severity }) };
}

const RANK = { error: 0, warning: 1, note: 2 };
const bySeverity = (one: Finding, other: Finding) => RANK[one.severity] - RANK[other.severity];

function stateOf({ volume, claim, users, findings }: Omit<Line, "state">): State {
  if (findings.some(({ severity }) => severity === "error")) return "wrong";
  if (volume?.phase === "Terminating" || claim?.phase === "Terminating") return "ending";
  if (volume?.phase === "Released") return "released";
  if (claim && !claim.gone && claim.phase !== "Bound") return "waiting";
  if (volume?.phase === "Available") return "available";
  if (users.some(isUsing)) return "in use";
  return users.some(({ pod, status }) => pod && !["Completed", "Failed"].includes(status)) ? "waiting" : "bound";
}

const isUsing = ({ mount, ready }: UserPart): boolean => mount === "mounted" && ready;
