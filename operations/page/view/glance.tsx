import { useMemo } from "preact/hooks";
import type { Group, Line, Nas, State, Storage } from "../model/line";
import { bytesText } from "../model/words";
import { useSpeech } from "./language";
import { Symbol } from "./symbols";
import { STATES, STATE_WORDS } from "./texts";
import { timeText } from "./time";

interface TilesProps {
  lines: Line[];
  pressed: State[];
  onPress: (states: State[]) => void;
}

/** How many lines are in each state; a press shows only these. */
export function Tiles({ lines, pressed, onPress }: TilesProps) {
  const { say, pick } = useSpeech();
  const counts = useMemo(() => {
    const found = new Map<State, number>();
    for (const { state } of lines) found.set(state, (found.get(state) ?? 0) + 1);
    return found;
  }, [lines]);
  const toggled = (state: State) =>
    pressed.includes(state) ? pressed.filter((each) => each !== state) : [...pressed, state];
  return (
    <section aria-labelledby="glance">
      <h2 id="glance">{say("glance")}</h2>
      <p class="hint">{say("glanceHint")}</p>
      <ul class="tiles">
        {STATES.map((state) => (
          <li key={state}>
            <button
              type="button"
              class="tile"
              data-state={state}
              data-none={counts.has(state) ? undefined : true}
              aria-pressed={pressed.includes(state)}
              onClick={() => onPress(toggled(state))}
            >
              <b>{counts.get(state) ?? 0}</b>
              <span>
                <Symbol of={state} />
                {pick(STATE_WORDS[state])}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** So many have a part of their own in the bar. */
const MOST = 6;

interface Part {
  name: string;
  bytes: number;
  /** Number of its colour. */
  colour: number | "rest";
}

/** Where the bytes are, of each export. */
export function Space({ nas, lines, groups }: { nas: Nas; lines: Line[]; groups: Record<string, Group> }) {
  const { say, pick, language } = useSpeech();
  const { storages, error, at } = nas;
  return (
    <section aria-labelledby="space">
      <h2 id="space">{say("space")}</h2>
      {at !== undefined && <p class="hint">{say("spaceAt", timeText(at, language))}</p>}
      {error && <p class="unknown">{say("spaceError", pick(error))}</p>}
      {storages.length === 0 && !error && <p class="unknown">{say("spaceUnknown")}</p>}
      {storages.map((storage) => (
        <StorageBar key={`${storage.host}:${storage.path}`} storage={storage} lines={lines} groups={groups} />
      ))}
    </section>
  );
}

function StorageBar({ storage, lines, groups }: { storage: Storage; lines: Line[]; groups: Record<string, Group> }) {
  const { say } = useSpeech();
  const { host, path, size, free } = storage;
  const parts = useMemo(() => partsOf(storage, lines, groups), [storage, lines, groups]);
  const named = parts.slice(0, MOST);
  const others = parts.slice(MOST);
  const sum = (list: Part[]) => list.reduce((bytes, part) => bytes + part.bytes, 0);
  const rest = Math.max(size - free - sum(parts), 0);
  const all = [
    ...named,
    ...(others.length > 0 ? [{ name: say("spaceOthers", others.length), bytes: sum(others), colour: MOST }] : []),
    { name: say("spaceRest"), bytes: rest, colour: "rest" as const },
  ];
  return (
    <div class="storage">
      <p>
        <code>
          {host}:{path}
        </code>{" "}
        {say("spaceOf", bytesText(size - free), bytesText(size), bytesText(free))}
      </p>
      <div class="bar" aria-hidden="true">
        {all.map(({ name, bytes, colour }) => (
          <span key={name} data-colour={colour} style={{ flexGrow: bytes / size, flexBasis: 0 }} />
        ))}
        <span class="free" style={{ flexGrow: free / size, flexBasis: 0 }} />
      </div>
      <ul class="legend">
        {all.map(({ name, bytes, colour }) => (
          <li key={name}>
            <span class="swatch" data-colour={colour} aria-hidden="true" />
            {name} <b>{bytesText(bytes)}</b>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** What each namespace has on an export, the most first. */
function partsOf({ path }: Storage, lines: Line[], groups: Record<string, Group>): Part[] {
  const bytes = new Map<string, Map<string, number>>();
  for (const { group, directory } of lines) {
    if (directory?.kind !== "nfs" || directory.used === undefined || !`${directory.path}/`.startsWith(`${path}/`))
      continue;
    // A directory counts once, whoever has volumes on it.
    const ofGroup = bytes.get(group) ?? new Map<string, number>();
    bytes.set(group, ofGroup.set(directory.path, directory.used));
  }
  return [...bytes]
    .map(([group, directories]) => {
      const counted = [...directories.values()].reduce((sum, each) => sum + each, 0);
      const { realName, student, used } = groups[group] ?? {};
      return { name: realName ?? student ?? (group || "–"), bytes: used ?? counted };
    })
    .sort((one, other) => other.bytes - one.bytes)
    .map((part, colour) => ({ ...part, colour }));
}
