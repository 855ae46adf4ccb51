import { memo } from "preact/compat";
import { useMemo } from "preact/hooks";
import { classFigures, type ClassFigures, type Figure } from "../model/class-figures";
import type { Picture } from "../model/line";
import { useSpeech } from "./language";
import { useLater } from "./later";
import { Plot } from "./plot";

type ClassesProps = Pick<Picture, "groups" | "graded" | "grades">;

/** Each class at a glance: points, time to Ready and space, of all its students. */
export const Classes = memo(({ groups, graded, grades }: ClassesProps) => {
  const seen = useLater(useMemo(() => ({ groups, graded, grades }), [groups, graded, grades]));
  const classes = useMemo(() => classFigures(seen), [seen]);
  return (
    <>
      {classes.map((figures) => (
        <ClassPlots key={figures.className} figures={figures} />
      ))}
    </>
  );
});

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"];

const ClassPlots = memo(({ figures }: { figures: ClassFigures }) => {
  const { say } = useSpeech();
  const { className, points, pointsOf, ungraded, ready, restarted, waiting } = figures;
  const space = useMemo(() => inUnit(figures.space), [figures.space]);
  const id = `class-${className}`;
  return (
    <section class="class" aria-labelledby={id}>
      <h2 id={id} tabIndex={-1}>
        {say("classPlots", className)}
      </h2>
      <div class="plots">
        <Plot
          title={say("plotPoints")}
          axis={say("axisPoints")}
          counted="countedStudents"
          figures={points}
          end={pointsOf || undefined}
          none={say("noGrades")}
          legend={say("legendPoints")}
          note={ungraded > 0 ? say("plotUngraded", ungraded) : undefined}
        />
        <Plot
          title={say("plotReady")}
          axis={say("axisReady")}
          counted="countedPods"
          figures={ready}
          none={say("noReady")}
          legend={say("legendReady")}
          note={say("plotReadyHint", restarted, waiting)}
        />
        <Plot
          title={say("plotSpace")}
          axis={say("axisSpace", space.unit)}
          counted="countedStudents"
          figures={space.figures}
          none={say("noSpace")}
          legend={say("legendSpace")}
        />
      </div>
    </section>
  );
});

/** Bytes in the unit that suits the most of them. */
function inUnit(figures: Figure[]): { unit: string; figures: Figure[] } {
  const most = figures.reduce((largest, { values: [bytes = 0] }) => Math.max(largest, bytes), 1);
  const power = Math.min(Math.floor(Math.log2(most) / 10), UNITS.length - 1);
  const scaled = (bytes: number) => bytes / 2 ** (10 * power);
  return {
    unit: UNITS[power] ?? "B",
    figures: figures.map(({ student, values, most: limit }) => ({
      ...{ student, values: values.map(scaled) },
      ...(limit !== undefined && { most: scaled(limit) }),
    })),
  };
}
