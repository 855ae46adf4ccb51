import type { scaleLinear } from "d3-scale";

/** Of the drawing, in its own pixels: the page makes it as wide as its place is. */
export const WIDTH = 440;

export interface DrawnProps {
  /** Ids for title and text. */
  label: string;
  description: string;
  title: string;
  text: string;
  axis: string;
  middle?: number;
  /** From values to a share of the width. */
  scale: ReturnType<typeof scaleLinear<number, number>>;
}

/** A number as the axes have it. */
export const numberText = (value: number | undefined): string =>
  value === undefined ? "–" : Number(value.toPrecision(3)).toLocaleString("en-GB");

/** The median, as a dashed line with its number. */
export function Middle({ x, top, bottom, text }: { x: number; top: number; bottom: number; text: string }) {
  const isRight = x > WIDTH * 0.7;
  return (
    <g class="middle">
      <line x1={x} x2={x} y1={top - 4} y2={bottom} />
      <line x1={x} x2={x} y1={top - 4} y2={bottom} />
      <text x={isRight ? x - 4 : x + 4} y={top - 6} text-anchor={isRight ? "end" : "start"}>
        {text}
      </text>
    </g>
  );
}
