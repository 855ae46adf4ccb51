import type { Finding, Severity, Words } from "./line";

export const words = (en: string, zh: string): Words => ({ en, zh });

/** A list as a sentence has it. */
export const joined = (parts: Words[]): Words => ({
  en: parts.map(({ en }) => en).join("; "),
  zh: parts.map(({ zh }) => zh).join("；"),
});

const ORDER: Severity[] = ["error", "warning", "note"];

/** The worst of what was found. */
export function worst(findings: Finding[]): Severity | undefined {
  return ORDER.find((severity) => findings.some((finding) => finding.severity === severity));
}

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"];

/** Bytes as people read them. */
export function bytesText(bytes: number): string {
  const power = Math.min(Math.max(Math.floor(Math.log2(Math.max(bytes, 1)) / 10), 0), UNITS.length - 1);
  const value = bytes / 2 ** (10 * power);
  return `${value >= 100 || power === 0 ? Math.round(value) : Number(value.toPrecision(3))} ${UNITS[power]}`;
}
