import { spawn, type ChildProcess } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(__dirname, "../../..");

/** How a program that was called with these first words ends. */
export interface Answer {
  words: string;
  stdout?: string;
  stderr?: string;
  exitCode?: number;
  /** What it writes to the file of its argument --event-log. */
  events?: object[];
  /** It never ends by itself. */
  hangs?: boolean;
}

/** Logs its call, with what is in the key that ssh is given, and answers. */
const fake = `
  const { appendFileSync, readFileSync, statSync } = require("node:fs");
  const { join, basename } = require("node:path");
  const folder = process.env.FAKE_FOLDER;
  const name = basename(process.argv[1]);
  const args = process.argv.slice(2);
  const key = name === "ssh" ? args[args.indexOf("-i") + 1] : undefined;
  const entry = { name, args: args.join(" "), tsconfig: process.env.TSX_TSCONFIG_PATH, key,
    ...(key && { keyText: readFileSync(key, "utf8"), keyMode: statSync(key).mode & 0o777 }) };
  appendFileSync(join(folder, "calls"), JSON.stringify(entry) + "\\n");
  const answers = JSON.parse(readFileSync(join(folder, name + ".json"), "utf8"));
  const answer = answers.find(({ words }) => entry.args.includes(words)) ?? { exitCode: 1, stderr: "unexpected: " + entry.args };
  for (const event of answer.events ?? []) appendFileSync(args[args.indexOf("--event-log") + 1], JSON.stringify(event) + "\\n");
  process.stdout.write(answer.stdout ?? "");
  process.stderr.write(answer.stderr ?? "");
  process.exitCode = answer.exitCode ?? 0;
  if (answer.hangs) setInterval(() => {}, 1000);
`;

/** BSD's ps, as macOS has it: all that follows the first "=" of a -o is the heading of that one column. */
const bsdPs = `
  const args = process.argv.slice(2);
  const columns = args.flatMap((word, at) => (word === "-o" ? [args[at + 1].split("=")] : []));
  const values = { stat: "S", lstart: "Thu Jan  1 00:00:00 1970" };
  const headings = columns.map(([, ...rest]) => rest.join("=")).filter((text) => text !== "");
  if (headings.length > 0) console.log(headings.join(" "));
  console.log(columns.map(([keyword]) => values[keyword]).join(" "));
`;

/** Neither Linux's /proc nor any program but those of PATH. */
const guard = `
  const fs = require("node:fs");
  for (const object of [fs, fs.promises]) {
    for (const [name, original] of Object.entries(object)) {
      if (typeof original !== "function" || !/^(access|exists|open|read|stat|lstat|readdir|readlink|readFile)/.test(name)) continue;
      object[name] = function (path, ...rest) {
        if (String(path).startsWith("/proc/") && name !== "read" && name !== "readSync") throw new Error("macOS has no " + path);
        return original.call(this, path, ...rest);
      };
    }
  }
`;

export interface Call {
  name: string;
  args: string;
  tsconfig?: string;
  key?: string;
  keyText?: string;
  keyMode?: number;
}

/** How a run of ./storage-lab ended. */
export interface Ended {
  exitCode: number | null;
  stdout: string;
  stderr: string;
}

/** A machine with Node, and with programs `pulumi`, `ssh` and `ps` that answer as a test says; nothing else is on PATH. */
export class OwnMachine {
  readonly folder = mkdtempSync(join(tmpdir(), "own-machine-"));
  private readonly bin = join(this.folder, "bin");
  readonly environment: Record<string, string>;

  constructor() {
    for (const each of ["bin", "tmp", "state", "home"]) mkdirSync(join(this.folder, each));
    symlinkSync(process.execPath, join(this.bin, "node"));
    for (const [name, text] of [
      ["pulumi", fake],
      ["ssh", fake],
      ["ps", bsdPs],
    ] as const) {
      const path = join(this.bin, name);
      writeFileSync(path, `#!${process.execPath}\n${text}`);
      chmodSync(path, 0o755);
    }
    writeFileSync(join(this.folder, "guard.cjs"), guard);
    this.environment = {
      PATH: this.bin,
      HOME: join(this.folder, "home"),
      TMPDIR: join(this.folder, "tmp"),
      FAKE_FOLDER: this.folder,
      NODE_OPTIONS: `--require ${join(this.folder, "guard.cjs")}`,
      PULUMI_BACKEND_URL: `file://${join(this.folder, "state")}`,
    };
  }

  answers(name: "pulumi" | "ssh", answers: Answer[]): void {
    writeFileSync(join(this.folder, `${name}.json`), JSON.stringify(answers));
    rmSync(join(this.folder, "calls"), { force: true });
  }

  without(name: string): void {
    rmSync(join(this.bin, name), { force: true });
  }

  calls(name?: string): Call[] {
    const path = join(this.folder, "calls");
    if (!existsSync(path)) return [];
    // A line without its end is still being written.
    const lines = readFileSync(path, "utf8").split("\n").slice(0, -1);
    return lines.map((line) => JSON.parse(line) as Call).filter((call) => name === undefined || call.name === name);
  }

  /** Begins ./storage-lab in a folder that is not the clone. */
  begin(args: string[], environment: Record<string, string> = {}): { child: ChildProcess; ended: Promise<Ended> } {
    const child = spawn(join(root, "storage-lab"), [...args, "--logs", join(this.folder, "logs")], {
      cwd: this.folder,
      env: { ...this.environment, ...environment },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    const texts = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const)
      child[name].setEncoding("utf8").on("data", (text: string) => (texts[name] += text));
    const ended = new Promise<Ended>((resolve) => child.on("close", (exitCode) => resolve({ exitCode, ...texts })));
    return { child, ended };
  }

  run(args: string[], environment?: Record<string, string>): Promise<Ended> {
    return this.begin(args, environment).ended;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
