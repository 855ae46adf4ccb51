import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Group, Line } from "../model/line";
import { bytesText } from "../model/words";
import { useSpeech } from "./language";
import { LineRow } from "./line-row";
import { usePrinted } from "./printed";
import { Symbol } from "./symbols";
import { useTop } from "./top";
import { Gap, useVirtualRows, withGaps } from "./virtual-rows";

interface MapProps {
  lines: Line[];
  groups: Record<string, Group>;
  /** The line to be seen; a new object where it is to be seen again. */
  wanted?: { line: string };
  /** What to say where there is no line. */
  empty: string;
}

type Row = { key: string; group: Group; line?: undefined } | { key: string; line: Line; group?: undefined };

/** All lines of sight, by namespace. */
export function Map({ lines, groups, wanted, empty }: MapProps) {
  const { say } = useSpeech();
  const rows = useMemo(() => rowsOf(lines, groups), [lines, groups]);
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const [focused, setFocused] = useState<string>();
  const [marked, setMarked] = useState<string>();
  const table = useRef<HTMLTableElement>(null);
  const top = useTop(table);
  const all = usePrinted();
  const { items, height, measure, scrollTo } = useVirtualRows({
    count: rows.length,
    keyOf: (index) => rows[index]?.key ?? String(index),
    estimate: (index) => (rows[index]?.group ? 60 : 118),
    top,
    kept: focused === undefined ? -1 : rows.findIndex(({ key }) => key === focused),
    all,
  });
  const onOpen = useCallback((line: string) => {
    setOpen((before) => {
      const after = new Set(before);
      if (!after.delete(line)) after.add(line);
      return after;
    });
  }, []);
  useEffect(() => {
    if (!wanted) return;
    const index = rows.findIndex(({ key }) => key === wanted.line);
    if (index < 0) return;
    setMarked(wanted.line);
    setOpen((before) => new Set(before).add(wanted.line));
    scrollTo(index);
    // It has to be drawn before it can be gone to.
    setTimeout(() => {
      const button = lineButton(table.current, wanted.line);
      button?.scrollIntoView({ block: "center" });
      button?.focus({ preventScroll: true });
    }, 60);
    const timer = setTimeout(() => setMarked(undefined), 3000);
    return () => clearTimeout(timer);
  }, [wanted]);

  const draw = (index: number) => {
    const row = rows[index];
    if (!row) return null;
    if (row.group)
      return <GroupRow key={row.key} group={row.group} place={index + 2} measure={measure} index={index} />;
    return (
      <LineRow
        key={row.key}
        line={row.line}
        place={index + 2}
        index={index}
        open={open.has(row.key)}
        marked={marked === row.key}
        onOpen={onOpen}
        measure={measure}
      />
    );
  };
  if (rows.length === 0) return <p class="hint">{empty}</p>;
  return (
    <table
      ref={table}
      class="map"
      role="table"
      aria-labelledby="map"
      aria-rowcount={rows.length + 1}
      onKeyDown={moveByArrows}
      onFocusIn={({ target }) => setFocused((target as HTMLElement).closest("tbody")?.dataset.line)}
      onFocusOut={() => setFocused(undefined)}
    >
      <thead role="rowgroup">
        <tr role="row" aria-rowindex={1}>
          {(["columnState", "columnDirectory", "columnVolume", "columnClaim", "columnUser", "columnNode"] as const).map(
            (name) => (
              <th key={name} role="columnheader" scope="col">
                {say(name)}
              </th>
            ),
          )}
        </tr>
      </thead>
      {items
        ? withGaps(items, height, top, draw, (key, size) => <Gap key={key} height={size} columns={6} />)
        : rows.map((_row, index) => draw(index))}
    </table>
  );
}

interface GroupRowProps {
  group: Group;
  place: number;
  index: number;
  measure: (element: HTMLElement | null) => void;
}

function GroupRow({ group, place, index, measure }: GroupRowProps) {
  const { say, pick } = useSpeech();
  const { name, realName, className, student, used, limit, findings } = group;
  return (
    <tbody role="rowgroup" class="group" ref={measure} data-index={index}>
      <tr role="row" aria-rowindex={place}>
        <th role="rowheader" scope="rowgroup" colSpan={6}>
          <span class="group-name">{realName ?? student ?? (name || say("nobody"))}</span>
          {(realName ?? student) && <code>{name}</code>}
          {className && <span class="hint">{className}</span>}
          {used !== undefined && limit !== undefined && (
            <span class="stored">
              <meter
                aria-label={say("stored", bytesText(used), bytesText(limit))}
                min={0}
                max={limit}
                high={limit * 0.9}
                optimum={0}
                value={used}
              />
              {say("stored", bytesText(used), bytesText(limit))}
            </span>
          )}
          {findings.map(({ id, severity, text }) => (
            <p key={id} class="brief" data-severity={severity}>
              <Symbol of={severity} /> {pick(text)}
            </p>
          ))}
        </th>
      </tr>
    </tbody>
  );
}

function rowsOf(lines: Line[], groups: Record<string, Group>): Row[] {
  let before: string | undefined;
  return lines.flatMap((line): Row[] => {
    const row: Row = { key: line.id, line };
    if (line.group === before) return [row];
    before = line.group;
    return [{ key: `group/${line.group}`, group: groups[line.group] ?? { name: line.group, findings: [] } }, row];
  });
}

const lineButton = (table: HTMLElement | null, line: string) =>
  [...(table?.querySelectorAll<HTMLElement>("tbody[data-line]") ?? [])]
    .find(({ dataset }) => dataset.line === line)
    ?.querySelector<HTMLButtonElement>(".disclose");

/** From line to line, as in a list. */
function moveByArrows(event: KeyboardEvent): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step === undefined || !(event.target instanceof Element) || !event.target.matches(".disclose")) return;
  const buttons = [...document.querySelectorAll<HTMLButtonElement>("table.map .disclose")];
  const next = buttons[buttons.indexOf(event.target as HTMLButtonElement) + step];
  if (!next) return;
  event.preventDefault();
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: "center" });
}
