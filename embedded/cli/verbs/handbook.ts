import { readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { createHash } from "node:crypto";
import { Command, InvalidArgumentError } from "commander";
import { projectRoot } from "../lab-files";
import { handOver } from "../spawn";
import { Failure } from "../../../exercises/runner/failure";

const site = join(projectRoot, "docs", "course", "site");

/** `./lab handbook`: the course's pages as a site. It needs no lab. */
export const handbook = (): Command =>
  new Command("handbook")
    .summary("serve the course's pages as a site, with search, in English and Chinese")
    .option("--port <number>", "port to serve at", port, 8080)
    .option("--host <address>", "address to serve at; 0.0.0.0 lets the class read, too", "127.0.0.1")
    .option("--build", "build the site only, for another web server")
    .action(async ({ port, host, build }: { port: number; host: string; build?: boolean }) => {
      if (!build) await mustBeFree(host, port);
      await installPackages();
      await handOver([process.execPath, program("vitepress"), "build"], { cwd: site });
      const pages = join(site, "dist");
      if (build) {
        process.stdout.write(`The site is in ${pages}\n`);
        return;
      }
      // Its own options would give way to HOST and PORT of the user's environment, which Conda, for one, sets.
      await handOver([process.execPath, program("sirv-cli"), pages], {
        env: { HOST: host, PORT: String(port) },
      });
    });

/** The server itself would take any other port, which nobody asked for. */
async function mustBeFree(host: string, port: number): Promise<void> {
  const probe = createServer();
  const error = await new Promise<NodeJS.ErrnoException | undefined>((done) => {
    probe.once("error", done).listen(port, host, () => probe.close(() => done(undefined)));
  });
  if (error)
    throw new Failure(
      `The site cannot be served at ${host}, port ${port}: ${error.message}.`,
      error.code === "EADDRINUSE" ? "Use another one: ./lab handbook --port 8081" : undefined,
    );
}

function port(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1 || number > 65535)
    throw new InvalidArgumentError("a port is a number from 1 to 65535.");
  return number;
}

const program = (name: string) =>
  join(site, "node_modules", name, name === "vitepress" ? "bin/vitepress.js" : "bin.js");

/** The generator's packages are apart from the project's: only who wants the site needs them. */
async function installPackages(): Promise<void> {
  const lock = await readFile(join(site, "package-lock.json"));
  const wanted = createHash("sha256").update(lock).digest("hex");
  const stamp = join(site, "node_modules", ".storage-lab-installed");
  if ((await readFile(stamp, "utf8").catch(() => "")) === wanted) return;
  process.stderr.write("lab: installing the site's packages (npm ci)\n");
  await handOver(["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"], { cwd: site });
  await writeFile(stamp, wanted);
}
