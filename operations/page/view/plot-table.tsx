import type { Figure } from "../model/class-figures";
import { numberText } from "./drawing";
import type { Bin } from "./histogram";
import { useSpeech } from "./language";

interface PlotTableProps {
  title: string;
  axis: string;
  counted: string;
  /** Of many, what was counted. */
  bins?: Bin[];
  figures: Figure[];
}

/** The numbers of a plot. */
export function PlotTable({ title, axis, counted, bins, figures }: PlotTableProps) {
  const { say } = useSpeech();
  const hasMost = figures.some(({ most }) => most !== undefined);
  return (
    <table>
      <caption class="only-heard">{title}</caption>
      <thead>
        <tr>
          <th scope="col">{bins ? axis : say("student")}</th>
          <th scope="col">{bins ? counted : axis}</th>
          {!bins && hasMost && <th scope="col">{say("atMost")}</th>}
        </tr>
      </thead>
      <tbody>
        {bins?.map(({ from, to, count }) => (
          <tr key={from}>
            <th scope="row">{say("fromTo", numberText(from), numberText(to))}</th>
            <td>{count}</td>
          </tr>
        ))}
        {!bins &&
          figures.map(({ student, values, most }, index) => (
            <tr key={index}>
              <th scope="row">{student}</th>
              <td>{values.map(numberText).join(", ") || say("unknown")}</td>
              {hasMost && <td>{numberText(most)}</td>}
            </tr>
          ))}
      </tbody>
    </table>
  );
}
