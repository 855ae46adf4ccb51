import { readFile } from "node:fs/promises";
import type { HostLook } from "../../../../embedded/sandbox/hosts/host-look";
import { answerOf, type StartedHost } from "../../../../embedded/sandbox/hosts/revive";
import { nas } from "../../../../embedded/sandbox/plan";
import { Failure } from "../../../../exercises/runner/failure";

const look: HostLook = { booting: false, bootedAt: 1, broken: [] };
const silence = new Failure("SSH on nas: not after 60 s: Connection timed out");

/** A guest that answers as told, one after the other; `age` of its processes in seconds, none where it has gone down. */
async function fakeGuest(answers: (HostLook | Error)[], age?: number) {
  const calls: string[] = [];
  const notes: string[] = [];
  const ticks = Number(/^[\d.]+/.exec(await readFile("/proc/uptime", "utf8"))?.[0]) * 100 - (age ?? 0) * 100;
  const record = age === undefined ? undefined : { startTime: String(Math.floor(ticks)) };
  const guest = {
    plan: nas,
    daemon: { running: () => Promise.resolve(record), end: () => Promise.resolve(void calls.push("end")) },
    boot: () => Promise.resolve(calls.push("boot")),
    ready: (_units: string[], timeout?: number) => {
      calls.push(timeout === undefined ? "ready" : `ready within ${Math.round(timeout / 10_000) * 10} s`);
      const answer = answers.shift()!;
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
  } as unknown as StartedHost["guest"];
  const answer = (booted = false) =>
    answerOf(
      { guest, options: { base: "base", seed: [], preload: undefined }, booted, units: [] },
      { waiting: () => {}, note: (line) => void notes.push(line) },
    );
  return { answer, calls, notes };
}

test("a host that answers is left alone", async () => {
  const { answer, calls, notes } = await fakeGuest([look], 3600);
  expect(await answer()).toEqual(look);
  expect({ calls, notes }).toEqual({ calls: ["ready within 60 s"], notes: [] });
});

test("a host that is silent although it runs is reported, ended, and booted again", async () => {
  const { answer, calls, notes } = await fakeGuest([silence, look], 3600);
  expect(await answer()).toEqual({ ...look, booting: true });
  expect(calls).toEqual(["ready within 60 s", "end", "boot", "ready"]);
  expect(notes).toEqual([expect.stringMatching(/^nas runs and does not answer .*Connection timed out/)]);
});

test("a host that goes down meanwhile is booted again", async () => {
  const { answer, calls, notes } = await fakeGuest([new Failure("nas ended by itself"), look]);
  await answer();
  expect(calls.slice(1)).toEqual(["end", "boot", "ready"]);
  expect(notes).toEqual(["nas has gone down: it is booted again"]);
});

test("a host that a killed command has just booted gets the time of a boot", async () => {
  const { answer, calls } = await fakeGuest([look], 20);
  await answer();
  expect(calls).toEqual(["ready within 160 s"]);
});

test("a host that was booted now is not booted twice", async () => {
  const { answer, calls } = await fakeGuest([silence], 1);
  await expect(answer(true)).rejects.toBe(silence);
  expect(calls).toEqual(["ready"]);
});

test("a second silence is an error", async () => {
  const { answer } = await fakeGuest([silence, silence], 3600);
  await expect(answer()).rejects.toBe(silence);
});

test("a mistake of our own ends no host", async () => {
  const { answer, calls } = await fakeGuest([new TypeError("undefined")], 3600);
  await expect(answer()).rejects.toThrow(TypeError);
  expect(calls).not.toContain("end");
});
