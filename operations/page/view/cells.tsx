import type { ClaimPart, Directory, Line, UserPart, VolumePart } from "../model/line";
import { bytesText } from "../model/words";
import { useSpeech } from "./language";
import { MOUNT_WORDS } from "./texts";

/** So many pods of a line are shown before its details are. */
const FEW = 3;

export function DirectoryCell({ directory }: { directory?: Directory }) {
  const { say } = useSpeech();
  if (!directory?.path) return <Nothing text={say("noDirectory")} />;
  const { kind, host, path, used, limit, owner, mode, missing } = directory;
  const cut = path.lastIndexOf("/") + 1;
  return (
    <div class="node" data-broken={missing}>
      <p class="main">
        <span class="folder">{path.slice(0, cut)}</span>
        <wbr />
        {path.slice(cut)}
      </p>
      {missing ? (
        <p class="bad">{say("notThere")}</p>
      ) : (
        <>
          <p>
            {used === undefined ? (
              <span class="unknown">{say("unknownSize")}</span>
            ) : (
              <b>{limit === undefined ? bytesText(used) : say("of", bytesText(used), bytesText(limit))}</b>
            )}
          </p>
          {owner && <p>{say("ownerMode", owner, mode ?? "")}</p>}
        </>
      )}
      {host && <p>{kind === "node" ? say("onNode", host) : host}</p>}
    </div>
  );
}

export function VolumeCell({ volume, claim }: { volume?: VolumePart; claim?: ClaimPart }) {
  const { say } = useSpeech();
  if (!volume) return <Nothing text={say("noVolume")} />;
  const { name, phase, claimRef, claimUid, className, reclaim, capacity, modes } = volume;
  const isOld = claim?.gone && claimUid;
  return (
    <div class="node">
      <p class="main">{name}</p>
      <p>
        <Phase text={phase} /> {capacity} {modes.map(shortMode).join(" ")}
      </p>
      <p>
        {say("reclaim", reclaim)}
        {className && ` · ${say("classOf", className)}`}
      </p>
      {claimRef && (!claim || claim.gone) && <p>{say("keptFor", claimRef)}</p>}
      {isOld && <p class="bad">{say("oldUid", claimUid.slice(0, 8))}</p>}
    </div>
  );
}

export function ClaimCell({ claim }: { claim?: ClaimPart }) {
  const { say } = useSpeech();
  if (!claim) return <Nothing text={say("noClaim")} />;
  const { name, phase, className, requested, modes, gone } = claim;
  if (gone) {
    return (
      <div class="node nothing">
        <p class="main">
          <s>{name}</s>
        </p>
        <p class="bad">{say("gone")}</p>
      </div>
    );
  }
  return (
    <div class="node">
      <p class="main">{name}</p>
      <p>
        <Phase text={phase} /> {say("asks", requested)} {modes.map(shortMode).join(" ")}
      </p>
      {className && <p>{say("classOf", className)}</p>}
    </div>
  );
}

export function UsersCell({ line: { users }, all }: { line: Line; all: boolean }) {
  const { say } = useSpeech();
  if (users.length === 0) return <Nothing text={say("nobodyUses")} />;
  const shown = all ? users : users.slice(0, FEW);
  return (
    <div class="node">
      {shown.map((user, index) => (
        <div key={user.pod ?? user.workload} class="user">
          {user.workload && user.workload !== shown[index - 1]?.workload && <p>{user.workload}</p>}
          {user.pod && <p class="main">{user.pod}</p>}
          <p>
            <Phase text={user.ready ? "Ready" : user.status} />
          </p>
        </div>
      ))}
      {shown.length < users.length && <p>{say("more", users.length - shown.length)}</p>}
    </div>
  );
}

export function NodesCell({ line: { users }, all }: { line: Line; all: boolean }) {
  const { say } = useSpeech();
  const placed = users.filter(({ node }) => node);
  if (placed.length === 0) return <Nothing text={say("notMounted")} />;
  const shown = all ? placed : placed.slice(0, FEW);
  return (
    <div class="node">
      {shown.map((user) => (
        <Mount key={user.pod} user={user} />
      ))}
      {shown.length < placed.length && <p>{say("more", placed.length - shown.length)}</p>}
    </div>
  );
}

function Mount({ user: { node, path, mount } }: { user: UserPart }) {
  const { pick } = useSpeech();
  return (
    <div class="user" data-broken={mount === "hangs" || mount === "refused" ? true : undefined}>
      <p class="main">{node}</p>
      <p>
        <Phase text={pick(MOUNT_WORDS[mount])} tone={mount} />
      </p>
      {path && <p>{path}</p>}
    </div>
  );
}

const Nothing = ({ text }: { text: string }) => <div class="node nothing">{text}</div>;

const TONES: Record<string, string> = {
  Bound: "good",
  Ready: "good",
  Running: "good",
  mounted: "good",
  Completed: "plain",
  Available: "plain",
  "not mounted": "plain",
  "0 replicas": "plain",
  "no pod": "plain",
  Pending: "slow",
  ContainerCreating: "slow",
  PodInitializing: "slow",
  Terminating: "slow",
  Released: "odd",
};

/** A phase as Kubernetes calls it, in the colour of what it means. */
const Phase = ({ text, tone = text }: { text: string; tone?: string }) => (
  <span class="phase" data-tone={TONES[tone] ?? "bad"}>
    {text}
  </span>
);

const MODES: Record<string, string> = {
  ReadWriteOnce: "RWO",
  ReadOnlyMany: "ROX",
  ReadWriteMany: "RWX",
  ReadWriteOncePod: "RWOP",
};

/** An access mode as `kubectl get` has it. */
const shortMode = (mode: string): string => MODES[mode] ?? mode;
