const project = (name, extra = {}) => ({
  displayName: name,
  testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
  transform: {
    "^.+\\.(t|j|mj)s$": [
      "@swc/jest",
      { jsc: { parser: { syntax: "typescript" }, target: "es2022" }, module: { type: "commonjs" } },
    ],
  },
  // The Kubernetes client is published as ES modules only, which jest must translate like our own sources.
  transformIgnorePatterns: ["/node_modules/(?!(@kubernetes/client-node|openid-client|oauth4webapi|jose)/)"],
  ...extra,
});

/** One lab for all files of the project; nothing of it stays. */
const shared = {
  globalTeardown: "<rootDir>/test/support/teardown.ts",
  setupFilesAfterEnv: ["<rootDir>/test/support/long.ts"],
};

export default {
  projects: [
    project("unit"),
    project("program", { globalSetup: "<rootDir>/test/support/program-setup.ts", ...shared }),
    project("lab", { globalSetup: "<rootDir>/test/support/lab-setup.ts", ...shared }),
  ],
  // Jest's own five seconds are too few for a test that starts a program on a busy machine.
  testTimeout: 60_000,
  testSequencer: "<rootDir>/test/support/in-order.mjs",
  reporters: ["default", ["jest-junit", { outputDirectory: "reports", outputName: "jest.xml" }]],
};
