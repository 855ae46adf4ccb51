import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { IssuedCodes } from "../cards/issued-codes";
import { endsAtSignals } from "../interrupt";
import { projectRoot } from "../lab";
import type { PageLab } from "./page-lab";
import { bundle } from "./server/assets";
import { classHandOut, handOutLines, requireClass } from "./server/class-hand-out";
import { ClusterFollower } from "./server/cluster-follower";
import { exportedPage } from "./server/documents";
import { GradesFile } from "./server/grades-file";
import { HostLook } from "./server/host-look";
import { servePage, type Listen } from "./server/page-server";
import { PictureKeeper } from "./server/picture-keeper";

/** Changes that come together are shown together, in milliseconds; many objects take longer to look through. */
const TOGETHER = 60;
const SHARE = 6;

/** What changes with time alone, as a claim that waits too long, is looked for this often, in milliseconds. */
const TICK = 10_000;

type Say = (line: string) => void;

/** Serves the page until a signal comes. @param handsOut Whether students get their kubeconfigs there. */
export async function page(lab: PageLab, listen: Listen, say: Say, handsOut = false): Promise<void> {
  const codes = handsOut ? IssuedCodes.ofStack(lab.stack) : undefined;
  const handOut = codes && classHandOut(requireClass(lab), codes, say);
  const [assets, map] = await Promise.all([bundle(), startMap(lab)]);
  const server = await servePage(map.keeper, assets, listen, handOut).catch(async (error: unknown) => {
    await map.stop();
    throw error;
  });
  say(`The map of ${lab.stack}: ${server.url}`);
  if (server.fingerprint) say(`Its certificate is made for this run. SHA-256: ${server.fingerprint}`);
  if (codes) for (const line of handOutLines(server.origin, await codes.count())) say(line);
  say("Ctrl-C ends it.");
  await endsAtSignals(
    signalled().then(async () => {
      await server.stop();
      await map.stop();
    }),
  );
}

/** Writes the page as one file. @param reportOf A class, to write a report of it alone. @default the whole page */
export async function exportPage(lab: PageLab, file: string, reportOf?: string): Promise<void> {
  const [assets, map] = await Promise.all([bundle(), startMap(lab, true)]);
  await map.stop();
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, exportedPage(map.keeper.picture, assets, reportOf));
}

const signalled = (): Promise<void> =>
  new Promise((done) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => done());
  });

/** Follows cluster and hosts. @param whole Waits also for the first look at the hosts. @default false */
async function startMap({ cluster, hosts, checks, stack, classroom }: PageLab, whole = false) {
  const keeper = new PictureKeeper(stack);
  let timer: NodeJS.Timeout | undefined;
  let pause = TOGETHER;
  const update = (): void => {
    timer = undefined;
    const begin = performance.now();
    keeper.update({
      objects: follower.objects(),
      facts: look.facts,
      connection: follower.connection,
      nas: look.nas,
      grades: grades.grades,
    });
    pause = Math.max(TOGETHER, SHARE * (performance.now() - begin));
  };
  const later = (): void => void (timer ??= setTimeout(update, pause));
  const directories = () => Object.values(keeper.picture.lines).flatMap(({ directory }) => directory ?? []);
  const follower: ClusterFollower = new ClusterFollower(cluster, later);
  const look = new HostLook(hosts, checks, directories, later);
  const className = classroom?.settings.class;
  const grades = new GradesFile(className && join(projectRoot, "reports", "grades", `${className}.json`), later);
  const stopSoon = keeper.onChange(({ change }) => {
    if (change.lines?.some(({ volume }) => volume) || change.gone) look.soon();
  });
  grades.start();
  await follower.start();
  update();
  const looking = look.start();
  if (whole) await looking.then(update);
  const tick = setInterval(later, TICK);
  return {
    keeper,
    async stop() {
      clearInterval(tick);
      clearTimeout(timer);
      stopSoon();
      look.stop();
      grades.stop();
      await follower.stop();
    },
  };
}
