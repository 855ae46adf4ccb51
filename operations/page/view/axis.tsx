import { axisBottom, axisLeft, type AxisDomain, type AxisScale } from "d3-axis";
import { select } from "d3-selection";
import { useLayoutEffect, useRef } from "preact/hooks";

interface AxisProps<T extends AxisDomain> {
  scale: AxisScale<T>;
  side: "bottom" | "left";
  /** Where it begins, in pixels of the plot. */
  at: [number, number];
  /** About how many ticks; of names there is one for each. */
  ticks?: number;
  /** How long the lines are that go from its ticks through the plot. */
  grid?: number;
  text?: (value: T) => string;
}

/** An axis, drawn by d3. */
export function Axis<T extends AxisDomain>({ scale, side, at: [x, y], ticks, grid = 0, text }: AxisProps<T>) {
  const group = useRef<SVGGElement>(null);
  useLayoutEffect(() => {
    if (!group.current) return;
    const axis = side === "bottom" ? axisBottom(scale) : axisLeft(scale);
    if (ticks !== undefined) axis.ticks(ticks);
    if (text) axis.tickFormat(text);
    select(group.current).call(axis.tickSizeOuter(0).tickSizeInner(-grid).tickPadding(6));
  });
  return <g ref={group} class="axis" transform={`translate(${x},${y})`} />;
}
