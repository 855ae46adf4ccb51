import { bin, max } from "d3-array";
import { scaleLinear } from "d3-scale";
import { Axis } from "./axis";
import { Middle, numberText, WIDTH, type DrawnProps } from "./drawing";
import { useSpeech } from "./language";

const HEIGHT = 240;
const MARGIN = { top: 22, right: 14, bottom: 44, left: 46 };

/** About how many bars a histogram has. */
const BINS = 16;

export interface Bin {
  from: number;
  to: number;
  count: number;
}

export const binsOf = (values: number[], scale: DrawnProps["scale"]): Bin[] =>
  bin()
    .domain(scale.domain() as [number, number])
    .thresholds(scale.ticks(BINS))(values)
    .map((each) => ({ from: each.x0 ?? 0, to: each.x1 ?? 0, count: each.length }))
    // The last threshold is the end of the axis, where d3 makes a bar without width: its values are of the one before.
    .reduce<Bin[]>((all, each) => {
      const last = all.at(-1);
      if (last && each.from === each.to) last.count += each.count;
      else all.push(each);
      return all;
    }, []);

/** How many values are how large. */
export function Histogram({
  label,
  description,
  title,
  text,
  axis,
  middle = 0,
  scale,
  bins,
  counted,
}: DrawnProps & { bins: Bin[]; counted: string }) {
  const { say } = useSpeech();
  const x = scale.copy().range([MARGIN.left, WIDTH - MARGIN.right]);
  const bottom = HEIGHT - MARGIN.bottom;
  const y = scaleLinear([0, max(bins, ({ count }) => count) || 1], [bottom, MARGIN.top]).nice();
  const ticks = Math.min(5, y.domain()[1] ?? 1);
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-labelledby={`${label} ${description}`}>
      <title id={label}>{title}</title>
      <desc id={description}>{text}</desc>
      <Axis scale={y} side="left" at={[MARGIN.left, 0]} ticks={ticks} grid={WIDTH - MARGIN.left - MARGIN.right} />
      {bins.map(({ from, to, count }) => (
        <rect
          key={from}
          class="value"
          x={x(from) + 1}
          width={Math.max(x(to) - x(from) - 2, 1)}
          y={y(count)}
          height={bottom - y(count)}
        />
      ))}
      <Axis scale={x} side="bottom" at={[0, bottom]} ticks={6} />
      <Middle x={x(middle)} top={MARGIN.top} bottom={bottom} text={say("median", numberText(middle))} />
      <text class="name" x={WIDTH - MARGIN.right} y={HEIGHT - 6} text-anchor="end">
        {axis}
      </text>
      <text class="name" x={2} y={12}>
        {counted}
      </text>
    </svg>
  );
}
