import type { RosterProblem } from "./roster-error";

const KIND = "The file is not text in UTF-8";
const EXCEL = "In Excel: save it as CSV UTF-8";

/** The text of a roster, or why it cannot be read. A mark of UTF-8 at its start, as Excel writes it, is good. */
export function decodeRoster(bytes: Uint8Array): { text: string } | { problem: RosterProblem } {
  const utf16 = utf16In(bytes);
  if (utf16 !== undefined) {
    return { problem: { kind: KIND, what: `is text in ${utf16}. ${EXCEL}, or: ${converted(utf16)}.` } };
  }
  const text = decoded(bytes, "utf-8");
  if (text !== undefined) return { text };
  const line = firstBadLine(bytes);
  const han = /\p{Script=Han}/u.test(decoded(bytes, "gb18030") ?? "");
  const guess = han ? "is perhaps text in GBK, as Excel writes it in Chinese. " : "";
  const encoding = han ? "GBK" : "ENCODING";
  return {
    problem: { kind: KIND, line, what: `${guess}What is here is not UTF-8. ${EXCEL}, or: ${converted(encoding)}.` },
  };
}

const converted = (encoding: string) => `iconv -f ${encoding} -t UTF-8 OLD > NEW`;

function decoded(bytes: Uint8Array, encoding: string): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** By the mark at its start; else by what no text has: every other byte is 0 in Latin text. */
function utf16In(bytes: Uint8Array): string | undefined {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return "UTF-16LE";
  if (first === 0xfe && second === 0xff) return "UTF-16BE";
  const zero = bytes.indexOf(0);
  return zero < 0 ? undefined : zero % 2 === 1 ? "UTF-16LE" : "UTF-16BE";
}

function firstBadLine(bytes: Uint8Array): number {
  let line = 1;
  for (let start = 0; start < bytes.length; line++) {
    const end = bytes.indexOf(0x0a, start);
    const stop = end < 0 ? bytes.length : end;
    if (decoded(bytes.subarray(start, stop), "utf-8") === undefined) break;
    start = stop + 1;
  }
  return line;
}
