// Each command of a test has a limit of its own, with a message (test-lab.ts); jest's is behind them all. It has to be set
// here: jest takes it from no project's settings.
jest.setTimeout(3_600_000);
