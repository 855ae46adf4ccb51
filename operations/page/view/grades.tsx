import { memo } from "preact/compat";
import { useCallback, useMemo, useRef, useState } from "preact/hooks";
import type { GradedClass } from "../model/grades";
import type { ExerciseGrade, StudentGrades } from "../../../grading/runner/results-schema";
import { useSpeech } from "./language";
import { Symbol } from "./symbols";
import { GRADE_WORDS } from "./texts";
import { timeText } from "./time";
import { usePrinted } from "./printed";
import { useTop } from "./top";
import { Gap, useVirtualRows, withGaps } from "./virtual-rows";

interface GradesProps {
  graded: GradedClass;
  grades: Record<string, StudentGrades>;
}

/** Students by exercises: who has done what, and who is stuck. */
export function Grades({ graded, grades }: GradesProps) {
  const { say, pick, language } = useSpeech();
  const [onlyStuck, setOnlyStuck] = useState(false);
  const [open, setOpen] = useState<string>();
  const all = useMemo(() => Object.values(grades), [grades]);
  const stuck = all.filter((student) => student.stuck).length;
  const students = onlyStuck ? all.filter((student) => student.stuck) : all;
  const onOpen = useCallback((name: string) => setOpen((before) => (before === name ? undefined : name)), []);
  const table = useRef<HTMLTableElement>(null);
  const top = useTop(table);
  const { items, height, measure } = useVirtualRows({
    count: students.length,
    keyOf: (index) => students[index]?.name ?? String(index),
    estimate: () => 52,
    top,
    kept: students.findIndex(({ name }) => name === open),
    all: usePrinted(),
  });
  const draw = (index: number) => {
    const student = students[index];
    if (!student) return null;
    const isOpen = open === student.name;
    const props = { graded, student, index, measure, onOpen, isOpen };
    return <StudentRow key={student.name} {...props} />;
  };
  const columns = graded.exercises.length + 2;
  return (
    <section aria-labelledby="grades" class="grades">
      <h2 id="grades">{say("grades")}</h2>
      <p class="hint">
        {graded.class} · {say("gradedAt", timeText(graded.startedAt, language))}
        {!graded.endedAt && ` · ${say("grading")}`}
      </p>
      {stuck > 0 && (
        <p>
          <button type="button" aria-pressed={onlyStuck} onClick={() => setOnlyStuck(!onlyStuck)}>
            <Symbol of="warning" /> {say("stuck", stuck)}
          </button>
        </p>
      )}
      {/* Of many exercises it is wider than its place: the keyboard scrolls it, too. */}
      <div class="scrolled" tabIndex={0} role="group" aria-labelledby="grades">
        <table ref={table} role="table" aria-rowcount={students.length + 1} aria-labelledby="grades">
          <thead role="rowgroup">
            <tr role="row" aria-rowindex={1}>
              <th role="columnheader" scope="col">
                {say("student")}
              </th>
              {graded.exercises.map(({ id, title, points }) => (
                <th key={id} role="columnheader" scope="col">
                  {pick(title)} <span class="hint">{points}</span>
                </th>
              ))}
              <th role="columnheader" scope="col">
                {say("total")}
              </th>
            </tr>
          </thead>
          {items
            ? withGaps(items, height, top, draw, (key, size) => <Gap key={key} height={size} columns={columns} />)
            : students.map((_student, index) => draw(index))}
        </table>
      </div>
    </section>
  );
}

interface StudentRowProps {
  graded: GradedClass;
  student: StudentGrades;
  index: number;
  isOpen: boolean;
  onOpen: (name: string) => void;
  measure: (element: HTMLElement | null) => void;
}

const StudentRow = memo(({ graded, student, index, isOpen, onOpen, measure }: StudentRowProps) => {
  const { say, language } = useSpeech();
  const { name, realName, stuck, exercises } = student;
  const found = Object.values(exercises);
  const points = found.reduce((sum, grade) => sum + grade.points, 0);
  const of = graded.exercises.reduce((sum, exercise) => sum + exercise.points, 0);
  return (
    <tbody role="rowgroup" ref={measure} data-index={index} data-student={name}>
      <tr role="row" aria-rowindex={index + 2}>
        <th role="rowheader" scope="row">
          <button type="button" class="disclose" aria-expanded={isOpen} onClick={() => onOpen(name)}>
            <span>{realName ?? name}</span>
          </button>
          {stuck && (
            <p class="stuck">
              <Symbol of="warning" /> {say("stuckSince", timeText(stuck.since, language))}
              {stuck.error && <span class="error">{stuck.error}</span>}
            </p>
          )}
        </th>
        {graded.exercises.map(({ id, points: most }) => (
          <td key={id} role="cell">
            <Grade grade={exercises[id]} most={most} />
          </td>
        ))}
        <td role="cell">
          <b>{points}</b> / {of}
        </td>
      </tr>
      {isOpen && (
        <tr role="row" aria-rowindex={index + 2}>
          <td role="cell" colSpan={graded.exercises.length + 2}>
            <Checks graded={graded} student={student} />
          </td>
        </tr>
      )}
    </tbody>
  );
});

function Grade({ grade, most }: { grade?: ExerciseGrade; most: number }) {
  const { pick } = useSpeech();
  const state = grade?.state ?? "not begun";
  const isCounted = grade && ["passed", "partial", "failed"].includes(state);
  return (
    <span class="grade" data-grade={state}>
      <Symbol of={SYMBOLS[state]} />
      {isCounted && (
        <span>
          {grade.points}/{most}
        </span>
      )}
      <span class={isCounted ? "only-heard" : ""}>{pick(GRADE_WORDS[state])}</span>
    </span>
  );
}

const SYMBOLS = {
  running: "waiting",
  passed: "in use",
  partial: "bound",
  failed: "wrong",
  "not graded": "note",
  "not begun": "available",
} as const;

/** Each check of a student, with why and what helps. */
function Checks({ graded, student: { exercises } }: Pick<StudentRowProps, "graded" | "student">) {
  const { pick } = useSpeech();
  return (
    <div class="checks">
      {graded.exercises.map(({ id, title }) => {
        const checks = exercises[id]?.checks ?? [];
        if (checks.length === 0) return null;
        return (
          <div key={id}>
            <h3>{pick(title)}</h3>
            <ul>
              {checks.map((check) => (
                <li key={check.id} data-grade={check.state}>
                  <Symbol of={SYMBOLS[check.state]} />
                  <div>
                    <p>
                      {pick(check.title)}: {pick(GRADE_WORDS[check.state])} ({check.points}/{check.of})
                    </p>
                    {check.reason && <p class="cause">{pick(check.reason)}</p>}
                    {check.hint && <p class="cause">→ {pick(check.hint)}</p>}
                    {check.cause && <p class="cause">{check.cause}</p>}
                  </div>
                </li>
              ))}
            </ul>
          </div>
        );
      })}
    </div>
  );
}
