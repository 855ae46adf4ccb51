import { memo } from "preact/compat";
import type { Line } from "../model/line";
import { ClaimCell, DirectoryCell, NodesCell, UsersCell, VolumeCell } from "./cells";
import { useSpeech } from "./language";
import { Symbol } from "./symbols";
import { STATE_WORDS } from "./texts";
import { timeText } from "./time";
import { FindingText } from "./troubles";

interface LineRowProps {
  line: Line;
  /** Its place among all rows, from 1. */
  place: number;
  open: boolean;
  marked: boolean;
  onOpen: (line: string) => void;
  measure: (element: HTMLElement | null) => void;
  index: number;
}

/** One line of sight. */
export const LineRow = memo(({ line, place, open, marked, onOpen, measure, index }: LineRowProps) => {
  const { say, pick } = useSpeech();
  const { id, state, directory, volume, claim, findings } = line;
  const said = open ? findings : findings.filter(({ severity }) => severity !== "note").slice(0, 2);
  const name = claim && !claim.gone ? `${claim.namespace}/${claim.name}` : (volume?.name ?? "");
  return (
    <tbody
      role="rowgroup"
      ref={measure}
      data-index={index}
      data-line={id}
      data-state={state}
      data-marked={marked || undefined}
    >
      <tr role="row" aria-rowindex={place} class="line">
        <th role="rowheader" scope="row">
          <button type="button" class="disclose" aria-expanded={open} onClick={() => onOpen(id)}>
            <Symbol of={state} />
            <span>{pick(STATE_WORDS[state])}</span>
            <span class="only-heard">
              {name}, {say("details")}
            </span>
          </button>
        </th>
        <td role="cell" data-label={say("columnDirectory")}>
          <DirectoryCell directory={directory} />
        </td>
        <td role="cell" data-label={say("columnVolume")}>
          <VolumeCell volume={volume} claim={claim} />
        </td>
        <td role="cell" data-label={say("columnClaim")}>
          <ClaimCell claim={claim} />
        </td>
        <td role="cell" data-label={say("columnUser")}>
          <UsersCell line={line} all={open} />
        </td>
        <td role="cell" data-label={say("columnNode")}>
          <NodesCell line={line} all={open} />
        </td>
      </tr>
      {(said.length > 0 || open) && (
        <tr role="row" aria-rowindex={place} class="said">
          <td role="cell" colSpan={6}>
            {said.map((finding) =>
              open ? (
                <FindingText key={finding.id} finding={finding} />
              ) : (
                <p key={finding.id} class="brief" data-severity={finding.severity}>
                  <Symbol of={finding.severity} /> {pick(finding.text)}
                </p>
              ),
            )}
            {open && <Facts line={line} />}
          </td>
        </tr>
      )}
    </tbody>
  );
});

/** What the boxes have no room for. */
function Facts({ line: { directory, volume, claim } }: { line: Line }) {
  const { say, language } = useSpeech();
  const facts: [string, string | undefined][] = [
    [say("columnDirectory"), directory?.path && `${directory.host ? `${directory.host}:` : ""}${directory.path}`],
    [say("columnVolume"), volume && `${volume.name} · ${volume.modes.join(", ")}`],
    ["claimRef", volume?.claimRef && `${volume.claimRef}${volume.claimUid ? ` · uid ${volume.claimUid}` : ""}`],
    [say("columnClaim"), claim && `${claim.namespace}/${claim.name}${claim.uid ? ` · uid ${claim.uid}` : ""}`],
    [say("columnVolume"), volume?.since && say("since", timeText(volume.since, language))],
    [say("columnClaim"), claim?.since && say("since", timeText(claim.since, language))],
  ];
  return (
    <dl class="facts">
      {facts.map(([name, value], index) =>
        value ? (
          <div key={index}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ) : null,
      )}
    </dl>
  );
}
