import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { exercises } from "../sections/exercises";
import { type Requirement, type RequirementId, requirements } from "./coverage";

export const COVERAGE_FILE = join(__dirname, "../../docs/coverage.md");

/** The exercises that prove a requirement, in the order in which they run. */
export function provers(row: RequirementId): string[] {
  return exercises.filter((exercise) => exercise.covers.includes(row)).map(({ id }) => id);
}

/** The text of docs/coverage.md: the requirements and what proves each, from the exercises. */
export function renderCoverage(): string {
  const lines = (Object.entries(requirements) as [RequirementId, Requirement][]).map(([id, row]) => {
    const exercisesOfRow = provers(id).map((name) => `\`${name}\``);
    const files = (row.elsewhere ?? []).map(
      (file) => `[${file}](${file.replace(/^docs\//, "").replace(/^(?!course)/, "../")})`,
    );
    const proofs = [...exercisesOfRow, ...files];
    const mark = proofs.length === 0 ? "" : "✓";
    return `| ${mark} | ${row.lesson} | ${row.text}${row.cloud ? " (cloud: dry run)" : ""} | ${proofs.join(", ")} |`;
  });
  const proven = lines.filter((line) => line.startsWith("| ✓")).length;
  return [
    "# Requirements of the course and their proofs",
    "",
    "Generated from the exercises by `npm run coverage`; do not edit. The last column names exercises, which",
    "`./lab verify --only NAME` runs on the cluster, and files: a test, where the requirement is not about the cluster alone,",
    "or a page of the handbook that explains it. *cloud: dry run* means that the API server validated the manifest and that",
    "nothing was created.",
    "",
    `${proven} of ${lines.length} requirements.`,
    "",
    "| | lesson | requirement | proven by |",
    "|---|---|---|---|",
    ...lines,
    "",
  ].join("\n");
}

if (require.main === module) writeFileSync(COVERAGE_FILE, renderCoverage());
