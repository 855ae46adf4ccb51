const EXPONENTS: Record<string, number> = { n: -9, u: -6, m: -3, "": 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };

/** Whether two texts are the same quantity of Kubernetes, such as "0.1" and "100m", or "1Gi" and "1024Mi". */
export function sameQuantity(one: string, other: string): boolean {
  const [first, second] = [valueOf(one), valueOf(other)];
  return first !== undefined && first === second;
}

/** In billionths; undefined for what is no quantity. */
function valueOf(text: string): bigint | undefined {
  const match = /^([+-]?\d+)(?:\.(\d+))?(?:([numkMGTPE]?)|([KMGTPE])i)$/.exec(text);
  if (!match) return undefined;
  const [, whole = "0", fraction = "", decimal = "", binary] = match;
  const digits = BigInt(whole + fraction);
  const scale = 9 - fraction.length + (binary === undefined ? (EXPONENTS[decimal] ?? 0) : 0);
  if (scale < 0) return undefined;
  const power = binary === undefined ? 1n : 1024n ** BigInt("KMGTPE".indexOf(binary) + 1);
  return digits * power * 10n ** BigInt(scale);
}
