import { partOf, shareOf } from "../support/changing-part";

const matrix = ["a", "b", "c", "d", "e", "f", "g"];

test("the parts together are the whole matrix, each member once", () => {
  const shares = [0, 1, 2, 3].map((part) => shareOf(matrix, part, 4));
  for (const share of shares) expect(share.length).toBeGreaterThan(0);
  expect(shares.flat().sort()).toEqual(matrix);
});

test("commits have every part, and each commit always the same", () => {
  const commits = Array.from({ length: 64 }, (_, index) => `${(index * 0x3a7f19).toString(16).padStart(8, "0")}aa`);
  expect(new Set(commits.map((commit) => partOf(commit, 4)))).toEqual(new Set([0, 1, 2, 3]));
  for (const commit of commits) expect(partOf(commit, 4)).toBe(partOf(`${commit}\n`, 4));
});
