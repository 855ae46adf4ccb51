import { hashOfCode, newCode, readCode } from "../../../../operations/cards/card-code";

test("a code has 80 bits, in groups of four, without characters that look like others", () => {
  const codes = Array.from({ length: 2000 }, newCode);
  for (const code of codes) expect(code).toMatch(/^[2-9A-HJ-NP-Z]{4}(-[2-9A-HJ-NP-Z]{4}){3}$/);
  expect(new Set(codes).size).toBe(2000);
  const used = new Set(codes.join("").replaceAll("-", ""));
  expect(used.size).toBe(32);
  expect(16 * Math.log2(used.size)).toBe(80);
});

test.each([
  ["k7qm-2xpa-9rtv-w4hd"],
  [" K7QM2XPA 9RTVW4HD\n"],
  ["K7QM–2XPA—9RTV‐W4HD"],
  ["Ｋ７ＱＭ－２ＸＰＡ－９ＲＴＶ－Ｗ４ＨＤ"],
])("it is read as people type it: %j", (typed) => {
  expect(readCode(typed)).toBe("K7QM-2XPA-9RTV-W4HD");
});

test.each([
  "",
  "K7QM",
  "K7QM-2XPA-9RTV-W4H0",
  "K7QM-2XPA-9RTV-W4HDD",
  "../../../etc/passwd",
  "<b>",
  "\u0000".repeat(16),
])("what is none is none: %j", (typed) => expect(readCode(typed)).toBeUndefined());

test("a hash says nothing of its code", () => {
  expect(hashOfCode("K7QM-2XPA-9RTV-W4HD")).toMatch(/^[0-9a-f]{64}$/);
});
