import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { exercises } from "../sections/exercises";
import { type Requirement, type RequirementId, requirements } from "./coverage";

export const COVERAGE_FILE = join(__dirname, "../../docs/coverage.md");

/** The exercises that prove a requirement, in the order in which they run. */
export function provers(row: RequirementId): string[] {
  return exercises.filter((exercise) => exercise.covers.includes(row)).map(({ id }) => id);
}

/** The table of what the course asks for and what proves it, made from the exercises. */
export function renderCoverage(): string {
  const lines = (Object.entries(requirements) as [RequirementId, Requirement][]).map(([id, row]) => {
    const exercisesOfRow = provers(id).map((name) => `\`${name}\``);
    const files = (row.elsewhere ?? []).map(
      (file) => `[${file}](${file.replace(/^docs\//, "").replace(/^(?!course)/, "../")})`,
    );
    const proofs = [...exercisesOfRow, ...files];
    const mark = proofs.length === 0 ? "" : "✓";
    return `| ${mark} | ${row.document} | ${row.text}${row.cloud ? " (cloud: dry run)" : ""} | ${proofs.join(", ")} |`;
  });
  const proven = lines.filter((line) => line.startsWith("| ✓")).length;
  return [
    "# What the course asks for, and what proves it",
    "",
    "Made from the exercises by `npm run coverage`; not to be edited. The names in the last column are exercises, which",
    "`./lab verify --only NAME` runs on the cluster, or files: a test, where it is no matter of the cluster alone, or a page",
    "of the handbook, where it is explained rather than done. *cloud: dry run*: the API server checked the manifest, and no",
    "more is claimed.",
    "",
    `${proven} of ${lines.length} requirements.`,
    "",
    "| | document | what | proven by |",
    "|---|---|---|---|",
    ...lines,
    "",
  ].join("\n");
}

if (require.main === module) writeFileSync(COVERAGE_FILE, renderCoverage());
