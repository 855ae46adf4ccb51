import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { env } from "node:process";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Where jest and its compiler keep what they made; their own choice is outside the clone. */
const cache = join(root, "node_modules", ".cache");

// swc unpacks itself at its first start.
env.SWC_NATIVE_BINDING_CACHE = join(cache, "swc");
mkdirSync(join(cache, "swc"), { recursive: true, mode: 0o700 });

/** What the configurations of all kinds of tests have in common; `kind` is their folder in test/. */
export const base = (kind) => ({
  rootDir: root,
  displayName: kind,
  // Not the whole clone, so that jest looks for files neither among 30,000 in node_modules nor in a lab's disks.
  roots: [
    "components",
    "embedded",
    "examples",
    "exercises",
    "grading",
    "multi-language",
    "operations",
    "stacks",
    "test",
  ].map((folder) => `<rootDir>/${folder}`),
  testMatch: [`<rootDir>/test/${kind}/**/*.test.ts`],
  transform: {
    "^.+\\.(t|j|mj)s$": [
      "@swc/jest",
      { jsc: { parser: { syntax: "typescript" }, target: "es2022" }, module: { type: "commonjs" } },
    ],
  },
  // The Kubernetes client is published as ES modules only, which jest must translate like our own sources.
  transformIgnorePatterns: ["/node_modules/(?!(@kubernetes/client-node|openid-client|oauth4webapi|jose)/)"],
  cacheDirectory: join(cache, "jest"),
  reporters: ["default", ["jest-junit", { outputDirectory: `${root}/reports`, outputName: `${kind}.xml` }]],
});

/** Tests of a lab: one after the other on one lab, of which nothing stays. */
export const onOneLab = (kind) => ({
  ...base(kind),
  globalSetup: `<rootDir>/test/support/${kind}-setup.ts`,
  globalTeardown: "<rootDir>/test/support/lab-teardown.ts",
  testSequencer: "<rootDir>/test/support/in-order.mjs",
  maxWorkers: 1,
  // Each command of a test has a limit of its own, with a message (test-lab.ts); this one is behind them all.
  testTimeout: 60 * 60_000,
});
