import { readdirSync, readFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import type { Ended, TestLab } from "./test-lab";

/** A command that ended well; the test fails with all that it said otherwise. */
export function wentWell(ended: Ended): Ended {
  if (ended.exitCode !== 0) throw new Error(`it ended with exit code ${ended.exitCode}:\n${ended.output}`);
  return ended;
}

/** Both stacks agree with their programs, and with what is there; they are asked side by side. */
export async function noChanges(lab: TestLab): Promise<void> {
  const looks = Object.values(lab.stacks).map(async (stack) => {
    wentWell(await lab.pulumi(["preview", "--stack", stack, "--expect-no-changes"]));
    wentWell(await lab.pulumi(["refresh", "--stack", stack, "--yes", "--skip-preview", "--expect-no-changes"]));
  });
  await Promise.all(looks);
}

/** What of the lab is still on this machine: processes, network namespace, taps, mounts, loop devices. */
export function leftovers(lab: TestLab, namespace: string): Record<string, string[]> {
  const lines = (text: string, word: string) => text.split("\n").filter((line) => line.includes(word));
  return {
    processes: processesOf(lab.home),
    namespaces: lines(execFileSync("ip", ["netns", "list"]).toString(), namespace),
    links: lines(execFileSync("ip", ["-oneline", "link"]).toString(), namespace),
    mounts: [
      ...lines(readFileSync("/proc/mounts", "utf8"), lab.home),
      ...lines(readFileSync("/proc/mounts", "utf8"), namespace),
    ],
    loops: lines(execFileSync("losetup", ["--list", "--noheadings", "--output=BACK-FILE"]).toString(), lab.home),
  };
}

/** Command lines of the processes that name the lab's home or work below it; this test's own are not among them. */
function processesOf(home: string): string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
      } catch {
        return ""; // It ended while we looked.
      }
    })
    .filter((command) => command.includes(home));
}
