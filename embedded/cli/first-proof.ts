/**
 * What `up` runs of a course that it has just made: the line from claim to NAS and back. All exercises together take
 * minutes (docs/performance.md), and are `verify`'s.
 */
export const FIRST_PROOF = [
  "static-pair",
  "dynamic-claim",
  "persistence-existing-claim",
  "persistence-template",
  "dns",
];
