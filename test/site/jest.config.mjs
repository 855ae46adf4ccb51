import { base } from "../support/jest-base.mjs";

/** The handbook's site, built and served as `./lab handbook` does, in a real browser. */
export default { ...base("site"), testTimeout: 120_000 };
