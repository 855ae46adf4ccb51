// Makes dist/, which is what the package holds: the compiled library, and next to it the scripts that it reads.
import { execFileSync } from "node:child_process";
import console from "node:console";
import { cpSync, readdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import process from "node:process";

const here = import.meta.dirname;
const dist = join(here, "dist");

function compiler() {
  try {
    return createRequire(import.meta.url).resolve("typescript/bin/tsc");
  } catch {
    console.error("TypeScript is not installed: run npm ci in the repository's top folder first.");
    return process.exit(1);
  }
}

rmSync(dist, { recursive: true, force: true });
const scripts = readdirSync(here, { recursive: true }).filter((file) => file.endsWith(".sh"));
try {
  const project = join(here, "tsconfig.build.json");
  execFileSync(process.execPath, [compiler(), "--project", project], { stdio: "inherit" });
} catch {
  process.exit(1); // The compiler has said why.
}
for (const script of scripts) cpSync(join(here, script), join(dist, script));
cpSync(join(here, "../LICENSE"), join(dist, "LICENSE"));
