import { Failure, WrongUse } from "../../exercises/runner/failure";
import type { Stack } from "../lab";
import { declaredObjects, type DeclaredObject } from "../probe/declared";
import { hostChecksOf } from "../pulumi/deployment";

/** What a reset is about: the whole course, or some of its sections. */
export interface Scope {
  course: Stack;
  /** All that the course declares, whatever the scope. */
  declared: DeclaredObject[];
  /** What of it is deleted and made again: all in scope but the namespaces, and what leads to the directories. */
  objects: DeclaredObject[];
  /** Namespaces that the stack made and that are in scope: whatever else is in them goes too. */
  namespaces: string[];
  /** The sections that are meant. @default the whole course */
  sections?: string[];
}

/** @throws {@link Failure} where there is no course that could be reset, {@link WrongUse} for sections that it has not. */
export function scopeOf(stacks: Stack[], sections?: string[]): Scope {
  const course = stacks.find(({ program }) => program === "course");
  if (!course) throw new WrongUse(`${stacks[0]?.name} is no course`, "name the stack of a course: pulumi stack ls");
  const declared = declaredObjects(course.name, course.state);
  if (declared.length === 0 || !hostChecksOf(course.state)) {
    throw new Failure(
      `the course ${course.name} was not made to its end yet: there is nothing to go back to`,
      "Run up.",
    );
  }
  const pods = (hostChecksOf(course.state) ?? []).flatMap(({ pod }) => pod ?? []);
  // The Job that made the directories, and by what its pods mount the export: those that look after the data need it.
  const isWayToExport = ({ kind, name }: DeclaredObject) =>
    ["Job", "PersistentVolume", "PersistentVolumeClaim"].includes(kind) && pods.some(({ jobName }) => jobName === name);
  const known = [...new Set(declared.flatMap(({ section }) => section ?? []))].sort();
  const unknown = (sections ?? []).filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new WrongUse(
      `the course ${course.name} has no section ${unknown.join(", ")}`,
      known.length > 0 ? `Its sections: ${known.join(", ")}` : "Run up first: it marks what is whose section.",
    );
  }
  const inScope = declared.filter(({ section }) => sections === undefined || sections.includes(section ?? ""));
  return {
    course,
    declared,
    objects: inScope.filter((object) => object.kind !== "Namespace" && !isWayToExport(object)),
    namespaces: inScope.filter(({ kind }) => kind === "Namespace").map(({ name }) => name),
    sections,
  };
}

/** In words: "the course course-school", "mysql and nginx of the course course-school". */
export function scopeTitle({ course, sections }: Scope): string {
  return `${sections ? `${sections.join(" and ")} of ` : ""}the course ${course.name}`;
}
