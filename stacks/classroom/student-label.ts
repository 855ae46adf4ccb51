import { createHash } from "node:crypto";
import { slugify } from "transliteration";

/**
 * The label of a student's name, for names of namespaces: in Latin letters, small, with "-" for what is no letter or digit.
 * It depends on the name alone. Another release of `transliteration` may spell a name differently, so its version is
 * pinned, and who is recorded keeps the label that is recorded.
 */
export function labelOf(name: string): string {
  const latin = slugify(name.normalize("NFKC"))
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
  return latin === "" ? `s-${createHash("sha256").update(name.normalize("NFC")).digest("hex").slice(0, 8)}` : latin;
}

/** Two ways to write one name have the same: upper case, accents and blanks do not count. */
export function foldedName(name: string): string {
  return name
    .normalize("NFKD")
    .replace(/[\p{M}\s]/gu, "")
    .toLowerCase();
}
