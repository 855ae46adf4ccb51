import { parseQuantity, quantityError, sizeError } from "../../../components/storage/quantity";

const ONE = 10n ** 9n;

test.each([
  ["0", 0n],
  ["1", ONE],
  ["+1", ONE],
  ["-1", -ONE],
  ["5n", 5n],
  ["5u", 5_000n],
  ["5m", 5_000_000n],
  ["5k", 5_000n * ONE],
  ["5M", 5_000_000n * ONE],
  ["5G", 5_000_000_000n * ONE],
  ["5T", 5_000_000_000_000n * ONE],
  ["5P", 5_000_000_000_000_000n * ONE],
  ["5E", 5_000_000_000_000_000_000n * ONE],
  ["5Ki", 5_120n * ONE],
  ["5Mi", (5n << 20n) * ONE],
  ["5Gi", (5n << 30n) * ONE],
  ["5Ti", (5n << 40n) * ONE],
  ["5Pi", (5n << 50n) * ONE],
  ["5Ei", (5n << 60n) * ONE],
  ["1.5Gi", (3n << 29n) * ONE],
  [".5", ONE / 2n],
  ["5.", 5n * ONE],
  ["1e3", 1_000n * ONE],
  ["1E3", 1_000n * ONE],
  ["12e-1", 1_200_000_000n],
  ["0.0000000001", 1n],
  ["1e999", ((1n << 63n) - 1n) * ONE],
])("%s is what Kubernetes counts", (text, value) => {
  expect(parseQuantity(text)).toBe(value);
});

test.each([
  "",
  " ",
  ".",
  "Gi",
  "1 Gi",
  "1Gib",
  "1K",
  "1mi",
  "1gi",
  "1e",
  "1e1.5",
  "0x10",
  "1,5Gi",
  "1Zi",
  "--1",
  "1\n",
])("%j is none", (text) => {
  expect(parseQuantity(text)).toBeUndefined();
});

test.each([
  ["64MiB", "64Mi"],
  ["5 Gi", "5Gi"],
  [" 5Gi", "5Gi"],
  ["10gb", "10G"],
  ["10gi", "10Gi"],
  ["1,5Gi", "1.5Gi"],
  ["64K", "64k"],
  ["64kib", "64Ki"],
])("%s has an error with the right spelling", (text, spelling) => {
  expect(quantityError(text)).toBe(`"${text}" is not a quantity: write ${spelling}`);
  expect(quantityError(spelling)).toBeUndefined();
});

test("what cannot be guessed has an error with an example", () => {
  const sentence = "is not a quantity: write a number and a unit without a space, such as 64Mi or 10Gi";
  expect(quantityError("")).toBe(`"" ${sentence}`);
  expect(quantityError("much")).toBe(`"much" ${sentence}`);
});

test.each([
  ["0", "is no size: it must be more than 0"],
  ["-5Gi", "is no size: it must be more than 0"],
  ["64m", "is less than a byte (m is a thousandth): write 64M or 64Mi"],
  ["1n", "is less than a byte"],
])("%s is no size", (text, sentence) => {
  expect(sizeError(text)).toBe(`"${text}" ${sentence}`);
});

test.each(["64Mi", "0.3Gi", "1", "5000m"])("%s is a size", (text) => {
  expect(sizeError(text)).toBeUndefined();
});
