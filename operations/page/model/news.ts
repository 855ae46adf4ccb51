import type { ClaimPart, Line, News, UserPart, Words } from "./line";
import { words } from "./words";

type Told = Pick<News, "tone" | "text" | "line">;

/** What happened between two looks, in words; the claims come first, then volumes, then pods. */
export function whatHappened(before: Record<string, Line>, after: Record<string, Line>): Told[] {
  return [
    ...claimNews(before, after),
    ...volumeNews(before, after),
    ...podNews(before, after),
    ...troubleNews(before, after),
  ];
}

const key = ({ namespace, name }: ClaimPart) => `${namespace}/${name}`;

/** The claims that are there, by name, and the line that each is on. */
function claimsIn(lines: Record<string, Line>): Map<string, Line> {
  const there = Object.values(lines).filter(({ claim }) => claim && !claim.gone);
  return new Map(there.map((line) => [key(line.claim as ClaimPart), line]));
}

function claimNews(before: Record<string, Line>, after: Record<string, Line>): Told[] {
  const old = claimsIn(before);
  const now = claimsIn(after);
  const news: Told[] = [];
  for (const [name, line] of now) {
    const was = old.get(name);
    const isNew = was?.claim?.uid !== line.claim?.uid;
    const { volume } = line;
    if (isNew) {
      const again = was ? words("made again", "重新创建") : words("made", "创建");
      news.push(told(line, "neutral", words(`Claim ${name} was ${again.en}.`, `声明 ${name} 已${again.zh}。`)));
    }
    if (line.claim?.phase === "Bound" && volume && (isNew || was?.claim?.phase !== "Bound")) {
      const text = words(
        `Claim ${name} was bound to volume ${volume.name}.`,
        `声明 ${name} 已绑定到卷 ${volume.name}。`,
      );
      news.push(told(line, "good", text));
    }
    if (line.claim?.phase === "Lost" && was?.claim?.phase !== "Lost")
      news.push(told(line, "bad", words(`Claim ${name} has lost its volume.`, `声明 ${name} 失去了它的卷。`)));
    if (line.claim?.phase === "Terminating" && was?.claim?.phase !== "Terminating") {
      const waits = line.users.some(({ pod }) => pod);
      const text = waits
        ? words(`Claim ${name} is to be deleted, and waits for its pods.`, `声明 ${name} 将被删除，正在等待它的 Pod。`)
        : words(`Claim ${name} is being deleted.`, `声明 ${name} 正在删除。`);
      news.push(told(line, "neutral", text));
    }
  }
  for (const [name, line] of old) {
    if (!now.has(name)) news.push(told(line, "neutral", words(`Claim ${name} is gone.`, `声明 ${name} 已消失。`)));
  }
  return news;
}

function volumeNews(before: Record<string, Line>, after: Record<string, Line>): Told[] {
  const news: Told[] = [];
  for (const line of Object.values(after)) {
    const { volume, directory } = line;
    if (!volume) continue;
    const was = before[line.id]?.volume;
    const { name, phase } = volume;
    if (!was) news.push(told(line, "neutral", words(`Volume ${name} was made.`, `卷 ${name} 已创建。`)));
    if (phase === was?.phase) continue;
    if (phase === "Released") {
      const kept = volume.reclaim === "Retain";
      const text = kept
        ? words(
            `Volume ${name} was released; its data stays in ${directory?.path}.`,
            `卷 ${name} 已释放；数据仍在 ${directory?.path}。`,
          )
        : words(`Volume ${name} was released, and its data is being deleted.`, `卷 ${name} 已释放，数据正在删除。`);
      news.push(told(line, "bad", text));
    }
    if (phase === "Available" && was)
      news.push(told(line, "good", words(`Volume ${name} is Available again.`, `卷 ${name} 又可用了（Available）。`)));
    if (phase === "Failed")
      news.push(told(line, "bad", words(`Volume ${name} has failed.`, `卷 ${name} 已失败（Failed）。`)));
  }
  for (const [id, line] of Object.entries(before)) {
    if (!line.volume || after[id]) continue;
    const { name, reclaim } = line.volume;
    const path = line.directory?.path ?? "";
    const text =
      reclaim === "Retain"
        ? words(`Volume ${name} was deleted; what is in ${path} stays.`, `卷 ${name} 已删除；${path} 中的内容仍在。`)
        : words(`Volume ${name} was deleted.`, `卷 ${name} 已删除。`);
    news.push(told(line, "neutral", text));
  }
  return news;
}

function podsIn(lines: Record<string, Line>): Map<string, { line: Line; user: UserPart }> {
  const found = new Map<string, { line: Line; user: UserPart }>();
  for (const line of Object.values(lines)) {
    for (const user of line.users) if (user.pod) found.set(`${line.group}/${user.pod}`, { line, user });
  }
  return found;
}

function podNews(before: Record<string, Line>, after: Record<string, Line>): Told[] {
  const old = podsIn(before);
  const now = podsIn(after);
  const news: Told[] = [];
  for (const [name, { line, user }] of now) {
    const was = old.get(name)?.user;
    if (user.ready && !was?.ready) {
      const text = words(`Pod ${name} is Ready on ${user.node}.`, `Pod ${name} 已在 ${user.node} 上就绪。`);
      news.push(told(line, "good", text));
    } else if (!user.ready && was?.ready && user.status !== "Terminating") {
      const text = words(
        `Pod ${name} is not Ready any more: ${user.status}.`,
        `Pod ${name} 不再就绪：${user.status}。`,
      );
      news.push(told(line, "bad", text));
    } else if (user.status === "Terminating" && was?.status !== "Terminating") {
      news.push(told(line, "neutral", words(`Pod ${name} is ending.`, `Pod ${name} 正在结束。`)));
    } else if (!was) {
      news.push(told(line, "neutral", words(`Pod ${name} was made.`, `Pod ${name} 已创建。`)));
    }
  }
  for (const [name, { line }] of old) {
    if (!now.has(name)) news.push(told(line, "neutral", words(`Pod ${name} is gone.`, `Pod ${name} 已消失。`)));
  }
  return news;
}

/** What was told of these is told by their phase. */
const TOLD = ["released", "ending", "lost", "failed"];

function troubleNews(before: Record<string, Line>, after: Record<string, Line>): Told[] {
  return Object.values(after).flatMap((line) => {
    const known = new Set(before[line.id]?.findings.map(trouble));
    return line.findings
      .filter((finding) => finding.severity !== "note" && !TOLD.includes(finding.id) && !known.has(trouble(finding)))
      .map(({ text }) => told(line, "bad", text));
  });
}

const trouble = ({ id, severity }: Line["findings"][number]) => `${severity} ${id}`;

const told = (line: Line, tone: News["tone"], text: Words): Told => ({ tone, text, line: line.id });
