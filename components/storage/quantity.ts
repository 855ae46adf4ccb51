/** What a suffix stands for, in billionths: the smallest step that Kubernetes counts in. */
const NANO = 10n ** 9n;
const UNITS: Record<string, bigint> = {
  n: 1n,
  u: 10n ** 3n,
  m: 10n ** 6n,
  "": NANO,
  k: NANO * 10n ** 3n,
  M: NANO * 10n ** 6n,
  G: NANO * 10n ** 9n,
  T: NANO * 10n ** 12n,
  P: NANO * 10n ** 15n,
  E: NANO * 10n ** 18n,
  Ki: NANO << 10n,
  Mi: NANO << 20n,
  Gi: NANO << 30n,
  Ti: NANO << 40n,
  Pi: NANO << 50n,
  Ei: NANO << 60n,
};

/** Kubernetes counts no further: more than that becomes that. */
const LARGEST = ((1n << 63n) - 1n) * NANO;

const QUANTITY = /^([+-]?)(\d*)(?:\.(\d*))?(?:([eE])([+-]?\d{1,3})|([numkMGTPE]|[KMGTPE]i)?)$/;

/** A Kubernetes quantity such as `64Mi`, `1.5G` or `1e3`, in billionths; `undefined` when the text is none. */
export function parseQuantity(text: string): bigint | undefined {
  const [, sign, whole = "", fraction = "", exponential, exponent = "0", suffix = ""] = QUANTITY.exec(text) ?? [];
  if (sign === undefined || whole + fraction === "") return undefined;
  const power = exponential === undefined ? 0 : Number(exponent);
  const numerator = BigInt(whole + fraction) * (UNITS[suffix] as bigint) * 10n ** BigInt(Math.max(power, 0));
  const denominator = 10n ** BigInt(fraction.length + Math.max(-power, 0));
  // As Kubernetes does: a remainder counts as one step more.
  const value = (numerator + denominator - 1n) / denominator;
  const bounded = value < LARGEST ? value : LARGEST;
  return sign === "-" ? -bounded : bounded;
}

/** Why the text is no quantity, with the spelling that is one where it can be guessed. */
export function quantityError(text: string): string | undefined {
  if (parseQuantity(text) !== undefined) return undefined;
  const guess = spelledRight(text);
  return `"${text}" is not a quantity: write ${guess ?? "a number and a unit without a space, such as 64Mi or 10Gi"}`;
}

/** Why nothing can have this size. */
export function sizeError(text: string): string | undefined {
  const error = quantityError(text);
  if (error !== undefined) return error;
  const value = parseQuantity(text) as bigint;
  if (value >= NANO) return undefined;
  if (value <= 0n) return `"${text}" is no size: it must be more than 0`;
  const milli = text.endsWith("m") ? ` (m is a thousandth): write ${text.slice(0, -1)}M or ${text.slice(0, -1)}Mi` : "";
  return `"${text}" is less than a byte${milli}`;
}

/** The bytes of a size, of which a part counts as one more. */
export function sizeInBytes(size: string): bigint {
  const value = parseQuantity(size);
  if (value === undefined) throw new Error(`"${size}" is not a quantity.`);
  return (value + NANO - 1n) / NANO;
}

/** `64MiB`, `5 Gi`, `10gb` and `1,5Gi` as they are meant: `64Mi`, `5Gi`, `10G` and `1.5Gi`. */
function spelledRight(text: string): string | undefined {
  const [, number = "", letter = "", binary = ""] = /^(\d+(?:[.,]\d+)?)\s*([kmgtpe])(i?)b?$/i.exec(text.trim()) ?? [];
  if (number === "") return undefined;
  const prefix = binary === "" && /k/i.test(letter) ? "k" : letter.toUpperCase();
  return `${number.replace(",", ".")}${prefix}${binary.toLowerCase()}`;
}
