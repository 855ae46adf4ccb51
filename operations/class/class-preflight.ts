import { parseQuantity } from "../../components/index";
import { Failure } from "../../exercises/runner/failure";
import { preflightLines } from "../../stacks/preflight/check";
import { hostChecksOf, outputsOf } from "../pulumi/deployment";
import { type NasRoom, roomChecks } from "./class-room";
import type { ClassLab } from "./class-lab";
import { redisNames, workloads, studentOf } from "./ready";

/** What the NAS is asked, in one login. */
const NAS_SCRIPT = (path: string) =>
  `df -B1 --output=size,avail -- '${path.replaceAll("'", `'\\''`)}' | tail -n 1; cat /proc/fs/nfsd/threads 2>/dev/null || true`;

/** Fails, before anything is changed, where nodes or NAS have no room for the class, with the numbers and what to change. */
export async function requireCapacity(lab: ClassLab): Promise<void> {
  const { cluster, settings, record, progress } = lab;
  const [nodes, pods, made, nas] = await Promise.all([
    cluster.list("Node"),
    cluster.list("Pod"),
    workloads(lab),
    nasRoom(lab),
  ]);
  const present = new Set(made.map(studentOf));
  const sizes = record.students.map(({ capacity = settings.capacity }) => (parseQuantity(capacity) ?? 0n) / 10n ** 9n);
  const checks = roomChecks(
    {
      newcomers: record.students.filter(({ name }) => !present.has(name)).length,
      redis: redisNames(settings).length,
      bytes: Number(sizes.reduce((total, size) => total + size, 0n)),
      overcommit: settings.overcommit,
      images: [settings.redisImage],
    },
    { nodes, pods, nas },
  );
  const missing = checks.filter(({ state }) => state === "missing");
  if (missing.length > 0) {
    throw new Failure(["there is no room for the class; nothing was changed:", ...preflightLines(missing)].join("\n"));
  }
  for (const line of preflightLines(checks.filter(({ state }) => state === "warning"))) progress.say(line);
}

/** The room on the NAS; undefined with an export that exists, on whose server nothing is done. */
async function nasRoom({ infrastructure, hosts, settings }: ClassLab): Promise<NasRoom | undefined> {
  const state = await infrastructure();
  const outputs = outputsOf(state) as Partial<ExportsOf> | undefined;
  const path = (settings.export === undefined ? outputs : outputs?.additional?.[settings.export])?.nfs?.path;
  const check = hostChecksOf(state)?.find(
    ({ script, values }) => script === "nfs-server" && values.EXPORT_PATH === path,
  );
  if (!check || path === undefined) return undefined;
  const ended = await hosts.run(check, NAS_SCRIPT(path), "", 20);
  if (ended.exitCode !== 0) {
    throw new Failure(
      `the NAS ${check.host} could not be looked at: ${ended.error}`,
      "storage-lab probe -s the infrastructure's stack",
    );
  }
  const [size = 0, free = 0, threads] = ended.stdout.trim().split(/\s+/).map(Number);
  return { path, size, free, threads };
}

interface ExportOf {
  nfs?: { path: string };
}

interface ExportsOf extends ExportOf {
  additional?: Record<string, ExportOf>;
}
