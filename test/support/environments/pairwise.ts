/** The values of each factor. */
export type Factors = Record<string, readonly string[]>;
export type Row = Record<string, string>;

/**
 * Rows that have every two values in one of them, for those that go together at all. Greedy: each row begins with a pair
 * that is still missing, and takes of each further factor the value that brings most missing pairs. (covertable 2.5, tried
 * first, leaves out 59 of the 476 pairs here: with a filter it drops pairs that its unfinished rows do not fit.)
 *
 * @param goesTogether Of a row, complete or not.
 */
export function pairwise(factors: Factors, goesTogether: (row: Row) => boolean): Row[] {
  const missing = new Map(possiblePairs(factors, goesTogether).map((pair) => [keyOf(pair), pair]));
  const rows: Row[] = [];
  while (missing.size > 0) {
    const [first] = missing.values();
    const row = complete(first as Row, factors, goesTogether, (key) => missing.has(key)) as Row;
    for (const pair of pairsOf(row)) missing.delete(keyOf(pair));
    rows.push(row);
  }
  return rows;
}

/** Every two values that are in some complete row. */
export function possiblePairs(factors: Factors, goesTogether: (row: Row) => boolean): Row[] {
  const names = Object.keys(factors);
  const pairs = names.flatMap((one, index) =>
    names
      .slice(index + 1)
      .flatMap((other) =>
        (factors[one] ?? []).flatMap((a) => (factors[other] ?? []).map((b): Row => ({ [one]: a, [other]: b }))),
      ),
  );
  return pairs.filter((pair) => complete(pair, factors, goesTogether, () => false) !== undefined);
}

export function pairsOf(row: Row): Row[] {
  const entries = Object.entries(row);
  return entries.flatMap(([one, a], index) => entries.slice(index + 1).map(([other, b]) => ({ [one]: a, [other]: b })));
}

/** The same for a pair however it is written. */
export function keyOf(pair: Row): string {
  return JSON.stringify(Object.entries(pair).sort());
}

/** The row with a value of each factor, those first that bring most wanted pairs; undefined where none fit. */
function complete(
  row: Row,
  factors: Factors,
  goesTogether: (row: Row) => boolean,
  isWanted: (key: string) => boolean,
): Row | undefined {
  if (!goesTogether(row)) return undefined;
  const next = Object.keys(factors).find((name) => row[name] === undefined);
  if (next === undefined) return row;
  const gain = (value: string) =>
    Object.entries(row).filter(([name, other]) => isWanted(keyOf({ [name]: other, [next]: value }))).length;
  const values = [...(factors[next] ?? [])].sort((one, other) => gain(other) - gain(one));
  for (const value of values) {
    const found = complete({ ...row, [next]: value }, factors, goesTogether, isWanted);
    if (found !== undefined) return found;
  }
  return undefined;
}
