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

export default {
  projects: [project("unit"), project("program"), project("lab")],
  reporters: ["default", ["jest-junit", { outputDirectory: "reports", outputName: "jest.xml" }]],
};
