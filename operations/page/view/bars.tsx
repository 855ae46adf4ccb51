import { max } from "d3-array";
import { scaleBand } from "d3-scale";
import { useMemo } from "preact/hooks";
import type { Figure } from "../model/class-figures";
import { Axis } from "./axis";
import { Middle, numberText, WIDTH, type DrawnProps } from "./drawing";
import { useSpeech } from "./language";

const MARGIN = { top: 22, right: 14, bottom: 44, left: 128 };
const ROW = 19;

/** How wide a name may be, in letters; a Chinese character is as wide as two. */
const NAME = 18;

/** A bar a student, the largest first; a dot for each value where there are several. */
export function Bars({
  label,
  description,
  title,
  text,
  axis,
  middle = 0,
  scale,
  figures,
}: DrawnProps & { figures: Figure[] }) {
  const { say } = useSpeech();
  const sorted = useMemo(() => figures.toSorted((one, other) => lengthOf(other) - lengthOf(one)), [figures]);
  const bottom = MARGIN.top + Math.max(sorted.length, 2) * ROW;
  const height = bottom + MARGIN.bottom;
  const x = scale.copy().range([MARGIN.left, WIDTH - MARGIN.right]);
  const y = scaleBand<number>(sorted.keys(), [MARGIN.top, MARGIN.top + sorted.length * ROW]).padding(0.25);
  const [, end = 0] = x.domain();
  return (
    <svg viewBox={`0 0 ${WIDTH} ${height}`} role="img" aria-labelledby={`${label} ${description}`}>
      <title id={label}>{title}</title>
      <desc id={description}>{text}</desc>
      <Axis scale={x} side="bottom" at={[0, bottom]} ticks={6} grid={bottom - MARGIN.top} />
      {sorted.map(({ student, values, most }, index) => {
        const row = { y: y(index) ?? 0, height: y.bandwidth() };
        return (
          <g key={index}>
            <title>{`${student}: ${values.map(numberText).join(", ") || say("unknown")}`}</title>
            {most !== undefined && most <= end && values.length > 0 && (
              <rect class="most" x={x(0)} width={x(most) - x(0)} {...row} />
            )}
            <rect class="value" x={x(0)} width={x(max(values) ?? 0) - x(0)} {...row} />
            {values.length === 0 && (
              <text class="none" x={x(0) + 4} y={row.y + row.height - 3}>
                {say("unknown")}
              </text>
            )}
          </g>
        );
      })}
      <Axis scale={y} side="left" at={[MARGIN.left, 0]} text={(index) => short(sorted[index]?.student ?? "")} />
      <Middle x={x(middle)} top={MARGIN.top} bottom={bottom} text={say("median", numberText(middle))} />
      {/* Above the median's line. */}
      {sorted.map(
        ({ values }, index) =>
          values.length > 1 &&
          values.map((value, dot) => (
            <circle key={`${index} ${dot}`} class="dot" cx={x(value)} cy={(y(index) ?? 0) + y.bandwidth() / 2} r={3} />
          )),
      )}
      <text class="name" x={WIDTH - MARGIN.right} y={height - 6} text-anchor="end">
        {axis}
      </text>
    </svg>
  );
}

const lengthOf = ({ values }: Figure): number => max(values) ?? -1;

/** A name that is too long for its place ends in "…"; never within a character that people see as one. */
function short(name: string): string {
  let width = 0;
  let text = "";
  for (const { segment } of new Intl.Segmenter().segment(name)) {
    width += /\p{Script=Han}|\p{Script=Hangul}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Extended_Pictographic}/u.test(
      segment,
    )
      ? 2
      : 1;
    if (width > NAME) return `${text}…`;
    text += segment;
  }
  return text;
}
