// Jest heeds `testTimeout` of the whole run only, not of a project. Each command of a test has a limit of its own, with
// a message (test-lab.ts); this one is behind them all.
jest.setTimeout(60 * 60_000);
