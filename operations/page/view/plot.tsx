import { max, median, min } from "d3-array";
import { scaleLinear } from "d3-scale";
import { memo } from "preact/compat";
import { useId, useMemo, useState } from "preact/hooks";
import type { Figure } from "../model/class-figures";
import { Bars } from "./bars";
import { numberText } from "./drawing";
import { binsOf, Histogram } from "./histogram";
import { useSpeech } from "./language";
import { PlotTable } from "./plot-table";
import { usePrinted } from "./printed";
import type { Text } from "./texts";

/** So many students have a bar of their own; more are counted. */
export const MOST_BARS = 30;

export interface PlotProps {
  title: string;
  /** What the numbers are, with their unit. */
  axis: string;
  /** What is counted where there are many. */
  counted: Text;
  figures: Figure[];
  /** The end of the axis. @default the largest value */
  end?: number;
  /** What is said where no value is known. */
  none: string;
  /** What else is drawn where each student has a bar. */
  legend?: string;
  /** What is to be known of how the values came about. */
  note?: string;
}

/** One plot of a class, with its numbers as a table; drawn again only where something of it is another. */
export const Plot = memo(PlotFigure, (one, other) => JSON.stringify(one) === JSON.stringify(other));

function PlotFigure({ title, axis, counted, figures, end, none, legend, note }: PlotProps) {
  const { say } = useSpeech();
  const [open, setOpen] = useState(false);
  const isPrinted = usePrinted();
  const id = useId();
  const values = useMemo(() => figures.flatMap((figure) => figure.values), [figures]);
  const middle = median(values);
  const isMany = figures.length > MOST_BARS;
  const scale = useMemo(() => scaleLinear([0, end ?? (max(values) || 1)], [0, 1]).nice(), [values, end]);
  const bins = useMemo(() => (isMany ? binsOf(values, scale) : []), [isMany, values, scale]);
  const unknown = figures.filter((figure) => figure.values.length === 0).length;
  const [, last = 0] = scale.domain();
  const limits = figures.flatMap(({ most }) => most ?? []);
  const isExplained = limits.length === 0 || limits.some((most) => most <= last);
  const drawn = {
    label: `${id}-title`,
    description: `${id}-description`,
    title,
    text: say("plotText", values.length, numberText(min(values)), numberText(middle), numberText(max(values))),
    axis,
    middle,
    scale,
  };
  return (
    <figure class="plot" data-plot={isMany ? "histogram" : "bars"}>
      <figcaption>
        <h3>{title}</h3>
      </figcaption>
      {middle === undefined ? (
        <p class="unknown">{none}</p>
      ) : (
        <>
          {isMany ? <Histogram {...drawn} bins={bins} counted={say(counted)} /> : <Bars {...drawn} figures={figures} />}
          {!isMany && isExplained && legend && <p class="hint">{legend}</p>}
          {unknown > 0 && <p class="hint">{say("plotUnknown", unknown)}</p>}
        </>
      )}
      {note && <p class="hint">{note}</p>}
      {middle !== undefined && (
        <details open={open || isPrinted} onToggle={({ currentTarget }) => !isPrinted && setOpen(currentTarget.open)}>
          <summary>{say("asTable")}</summary>
          {(open || isPrinted) && (
            <PlotTable
              title={title}
              axis={axis}
              counted={say(counted)}
              bins={isMany ? bins : undefined}
              figures={figures}
            />
          )}
        </details>
      )}
    </figure>
  );
}
