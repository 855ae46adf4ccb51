import { bytes, duration, fit, quote } from "../../../../embedded/cli/format";

describe("duration", () => {
  test.each([
    [0, "0.0 s"],
    [420, "0.4 s"],
    [9_949, "9.9 s"],
    [9_960, "10 s"],
    [59_400, "59 s"],
    [59_600, "1 min 00 s"],
    [185_000, "3 min 05 s"],
  ])("%i ms reads %s", (milliseconds, text) => {
    expect(duration(milliseconds)).toBe(text);
  });
});

test("bytes are said in MiB, from 1024 MiB on in GiB", () => {
  expect(bytes(512 * 2 ** 20)).toBe("512 MiB");
  expect(bytes(1.5 * 2 ** 30)).toBe("1.5 GiB");
});

test("a line that is too long is cut and says so", () => {
  expect(fit("hello", 5)).toBe("hello");
  expect(fit("hello", 4)).toBe("hel…");
});

describe("quote", () => {
  test("leaves plain words alone", () => {
    expect(quote("/usr/bin:/bin")).toBe("/usr/bin:/bin");
  });

  test("keeps spaces, quotes and dollars from the shell", () => {
    expect(quote("it's $HOME")).toBe(`'it'\\''s $HOME'`);
    expect(quote("")).toBe("''");
  });
});
