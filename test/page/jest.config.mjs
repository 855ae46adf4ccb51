import { base } from "../support/jest-base.mjs";

/** The page of `./lab page`, fed with objects, in a real browser: it needs no lab. */
export default { ...base("page"), testTimeout: 120_000, maxWorkers: 1 };
