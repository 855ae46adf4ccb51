import { createHash, randomInt } from "node:crypto";

/** 32 characters of which none looks like another: neither 0 and O, nor 1 and I. */
const ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

/** 80 bits: also of a thousand codes whose hashes somebody has, none is found by trying. */
const LENGTH = 16;
const GROUP = 4;

/** A new code, as it is on a card: `K7QM-2XPA-9RTV-W4HD`. */
export function newCode(): string {
  return grouped(Array.from({ length: LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join(""));
}

/** A code as somebody typed it: in small letters, without hyphens, or by an input method that makes wide letters. */
export function readCode(typed: string): string | undefined {
  const letters = typed
    .normalize("NFKC")
    .replace(/[\s\p{Dash}]/gu, "")
    .toUpperCase();
  if (letters.length !== LENGTH || ![...letters].every((letter) => ALPHABET.includes(letter))) return undefined;
  return grouped(letters);
}

/** What is kept of a code. It is too random to be found by its hash, so that no slow hash is needed. */
export function hashOfCode(code: string): string {
  return createHash("sha256").update(`storage-lab card ${code}`).digest("hex");
}

const grouped = (letters: string): string => letters.match(new RegExp(`.{${GROUP}}`, "g"))?.join("-") ?? letters;
