import { createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { cached } from "../toolkit/cache";
import { Failure } from "../../exercises/runner/failure";
import type { Step } from "../../exercises/runner/progress";
import { run } from "../toolkit/run";
import { pluginFile, wanted, type PluginName } from "./versions";

/** How long the server may take to answer, and how long a download may stand still, in milliseconds. */
const limits = { answer: 5_000, pause: 30_000 };

/** Where the official programs are downloaded from: `STORAGE_LAB_PULUMI_RELEASES`, for a campus with a copy of its own. */
export function releases(): string {
  return process.env.STORAGE_LAB_PULUMI_RELEASES ?? "https://get.pulumi.com/releases";
}

/** The official download of the engine, as a folder with `pulumi` and the language hosts. */
export async function downloadEngine(step: Step): Promise<string> {
  return join(await unpacked(`sdk/pulumi-v${wanted.engine}-linux-x64.tar.gz`, step), "pulumi");
}

/** The official download of a plugin, as the path of its executable. The language host comes with the engine. */
export async function downloadPlugin(name: PluginName, step: Step): Promise<string> {
  const { executable } = pluginFile(name);
  if (name === "nodejs") return join(await downloadEngine(step), executable);
  return join(await unpacked(`plugins/${executable}-v${wanted[name]}-linux-amd64.tar.gz`, step), executable);
}

/** A server that has refused once is not asked again: each time would cost the whole wait. */
const refusals = new Map<string, Failure>();

async function unpacked(archive: string, step: Step): Promise<string> {
  const base = releases();
  const url = `${base}/${archive}`;
  const name = archive.replace(/^.*\//, "").replace(/\.tar\.gz$/, "");
  return cached(`official-${name}`, { values: [url] }, async (folder) => {
    const before = refusals.get(base);
    if (before) throw before;
    try {
      step.waiting(`the download of ${name} from ${new URL(base).host}`);
      const file = join(folder, "archive");
      await fetchTo(url, file);
      await run("tar", ["-xzf", file, "-C", folder, "--no-same-owner"]);
      await rm(file);
    } catch (error) {
      const refusal = new Failure(`${new URL(base).host} does not give ${name}: ${reason(error)}`);
      refusals.set(base, refusal);
      throw refusal;
    }
  });
}

async function fetchTo(url: string, file: string): Promise<void> {
  const stop = new AbortController();
  let timer = setTimeout(() => stop.abort(new Error(`no answer within ${limits.answer / 1000} s`)), limits.answer);
  try {
    const response = await fetch(url, { signal: stop.signal });
    if (!response.ok || !response.body) throw new Error(`HTTP status ${response.status}`);
    const body = Readable.fromWeb(response.body);
    body.on("data", () => {
      clearTimeout(timer);
      timer = setTimeout(() => stop.abort(new Error(`nothing came for ${limits.pause / 1000} s`)), limits.pause);
    });
    await pipeline(body, createWriteStream(file));
  } finally {
    clearTimeout(timer);
  }
}

/** `fetch` says only "fetch failed"; what happened is the cause. */
function reason(error: unknown): string {
  const { message, cause } = error as Error & { cause?: Partial<Error> };
  return cause?.message || message;
}
