import { useMemo, useState } from "preact/hooks";
import type { Finding, Group, Line } from "../model/line";
import { Command } from "./command";
import { isTroubled } from "./filter";
import { useSpeech } from "./language";
import { Symbol } from "./symbols";
import { SEVERITY_WORDS } from "./texts";

/** So many are shown at first. */
const FEW = 4;

const RANK = { error: 0, warning: 1, note: 2 };

interface TroublesProps {
  lines: Line[];
  groups: Record<string, Group>;
  onShow: (line: string) => void;
}

/** What is wrong, the worst first. */
export function Troubles({ lines, groups, onShow }: TroublesProps) {
  const { say } = useSpeech();
  const [all, setAll] = useState(false);
  const found = useMemo(() => troublesOf(lines, groups), [lines, groups]);
  return (
    <section aria-labelledby="troubles">
      <h2 id="troubles">
        {say("troubles")} {found.length > 0 && <span class="count">{found.length}</span>}
      </h2>
      {found.length === 0 && (
        <p class="good">
          <Symbol of="good" /> {say("noTroubles")}
        </p>
      )}
      <ul class="findings">
        {(all ? found : found.slice(0, FEW)).map(({ line, finding }) => (
          <li key={finding.text.en}>
            <FindingText finding={finding} onShow={line === undefined ? undefined : () => onShow(line)} />
          </li>
        ))}
      </ul>
      {found.length > FEW && (
        <button type="button" class="quiet" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? say("fewerTroubles") : say("allTroubles", found.length)}
        </button>
      )}
    </section>
  );
}

function troublesOf(lines: Line[], groups: Record<string, Group>): { line?: string; finding: Finding }[] {
  const first = new Map(lines.toReversed().map(({ group, id }) => [group, id]));
  const ofGroups = Object.values(groups).flatMap(({ name, findings }) =>
    findings.map((finding) => ({ line: first.get(name), finding })),
  );
  const ofLines = lines
    .filter(isTroubled)
    .flatMap(({ id, findings }) => findings.map((finding) => ({ line: id, finding })));
  // A pod may have several volumes, and is told of once.
  const distinct = new Map([...ofLines, ...ofGroups].toReversed().map((each) => [each.finding.text.en, each]));
  return [...distinct.values()]
    .filter(({ finding }) => finding.severity !== "note")
    .sort((one, other) => RANK[one.finding.severity] - RANK[other.finding.severity]);
}

/** One thing that is wrong, why, and the command that shows it. */
export function FindingText({ finding, onShow }: { finding: Finding; onShow?: () => void }) {
  const { say, pick } = useSpeech();
  const { severity, text, cause, command } = finding;
  return (
    <div class="finding" data-severity={severity}>
      <Symbol of={severity} />
      <div>
        <p>
          <span class="only-heard">{pick(SEVERITY_WORDS[severity])}: </span>
          {pick(text)}
        </p>
        {cause && <p class="cause">{pick(cause)}</p>}
        <p class="actions">
          {command && <Command text={command} />}
          {onShow && (
            <button type="button" class="quiet" onClick={onShow} aria-label={`${say("goTo")}: ${pick(text)}`}>
              {say("goTo")}
            </button>
          )}
        </p>
      </div>
    </div>
  );
}
