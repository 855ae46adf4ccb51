/**
 * Random sequences of three different members; the same seed gives the same ones.
 *
 * @param seed A whole number.
 */
export function randomTriples<T>(members: T[], count: number, seed: number): T[][] {
  const random = generator(seed);
  return Array.from({ length: count }, () => {
    const left = [...members];
    return [0, 1, 2].flatMap(() => left.splice(Math.floor(random() * left.length), 1));
  });
}

/** Mulberry32: numbers from 0 to 1, without 1. */
function generator(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
