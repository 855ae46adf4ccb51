import type { Severity, State } from "../model/line";

/** A shape for each state, so that colour is never alone. */
const SHAPES: Record<State | Severity | "good", string> = {
  "in use": "M8 1.5a6.5 6.5 0 1 1 0 13a6.5 6.5 0 0 1 0-13ZM5 8.2l2.1 2.1L11 6",
  bound: "M8 1.5a6.5 6.5 0 1 1 0 13a6.5 6.5 0 0 1 0-13ZM5 8h6",
  available: "M8 1.5a6.5 6.5 0 1 1 0 13a6.5 6.5 0 0 1 0-13Z",
  waiting: "M8 1.5a6.5 6.5 0 1 1 0 13a6.5 6.5 0 0 1 0-13ZM8 4.5V8l2.5 1.8",
  released: "M3.5 7.5h9v6.5h-9ZM5.5 7.5V5a2.5 2.5 0 0 1 4.9-.7",
  wrong: "M5.2 1.5h5.6l3.7 3.7v5.6l-3.7 3.7H5.2l-3.7-3.7V5.2ZM5.7 5.7l4.6 4.6M10.3 5.7l-4.6 4.6",
  ending: "M3 4.5h10M6 4.5V2.5h4v2M4.5 4.5l.6 9h5.8l.6-9",
  error: "M5.2 1.5h5.6l3.7 3.7v5.6l-3.7 3.7H5.2l-3.7-3.7V5.2ZM5.7 5.7l4.6 4.6M10.3 5.7l-4.6 4.6",
  warning: "M8 2 15 14H1ZM8 6.5v3.2M8 11.6v.2",
  note: "M8 1.5a6.5 6.5 0 1 1 0 13a6.5 6.5 0 0 1 0-13ZM8 7.2v3.6M8 4.9v.2",
  good: "M3 8.5l3.3 3.3L13 4.7",
};

export const Symbol = ({ of }: { of: keyof typeof SHAPES }) => (
  <svg class="symbol" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
    <path d={SHAPES[of]} />
  </svg>
);
