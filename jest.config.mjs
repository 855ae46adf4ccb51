import { availableParallelism } from "node:os";
import { base } from "./test/support/jest-base.mjs";

/** `npm test`: the unit tests. Those that need a lab have test/program/jest.config.mjs and test/lab/jest.config.mjs. */
export default {
  ...base("unit"),
  globalSetup: "<rootDir>/test/support/unit-setup.ts",
  globalTeardown: "<rootDir>/test/support/unit-teardown.ts",
  // Jest's own five seconds are too few for a test that starts a program on a busy machine.
  testTimeout: 60_000,
  // Many wait for programs and locks: with two for each processor, none of these idles meanwhile.
  maxWorkers: 2 * availableParallelism(),
};
