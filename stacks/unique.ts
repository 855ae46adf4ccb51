/** The items whose key an earlier one has already. */
export function repeated<T>(items: T[], key: (item: T) => string): { index: number; value: string }[] {
  const keys = items.map(key);
  return keys.flatMap((value, index) => (keys.indexOf(value) < index ? [{ index, value }] : []));
}
