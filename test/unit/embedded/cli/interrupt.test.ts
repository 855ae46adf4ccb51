import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

const root = join(__dirname, "../../../..");

/** A verb whose program ends by the signal before the verb's own process does, as kubectl does at Ctrl-C. */
const program = `
  const execa = require("execa");
  const { endCleanlyOnSignals } = require(${JSON.stringify(join(root, "embedded/cli/interrupt.ts"))});
  const { whenInterrupted } = endCleanlyOnSignals({ say: (text) => console.log(text) });
  void whenInterrupted().then(async () => {
    const program = execa("sleep", ["100"], { reject: false });
    console.log("at work");
    await program;
    await whenInterrupted();
    console.log("error: sleep failed");
    process.exit(1);
  });
`;

test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
  "a verb that fails because of %s leaves the end to it",
  async (signal) => {
    const child = spawn(process.execPath, ["--import", "tsx", "--eval", program], {
      cwd: root,
      detached: true, // no terminal that would send Ctrl-C to the program by itself
      stdio: ["ignore", "pipe", "inherit"],
    });
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
    const ended = once(child, "close");
    await Promise.race([once(child.stdout, "data"), ended]);
    child.kill(signal);
    const [exitCode] = (await ended) as [number];
    expect(output.trim().split("\n")).toEqual([
      "at work",
      "Interrupted: ending what is under way (once more to end at once) …",
      "Interrupted. The same command continues where this one stopped.",
    ]);
    expect(exitCode).toBe(130);
  },
);
