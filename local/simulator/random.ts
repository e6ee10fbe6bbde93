/** Deterministic numbers in [0, 1). */
export type Random = () => number;

/** mulberry32: 32 bits of state, sufficient for a simulation. */
export function randomOf(seed: number, stream: number): Random {
  let state = (Math.imul(seed, 0x9e3779b1) ^ Math.imul(stream, 0x85ebca6b)) | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A whole number in [min, max]. */
export function between(random: Random, min: number, max: number): number {
  return min + Math.floor(random() * (max - min + 1));
}

/** A random element, by weight. */
export function pick<T>(random: Random, choices: readonly (readonly [T, weight: number])[]): T {
  let remaining = random() * choices.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [choice, weight] of choices) {
    remaining -= weight;
    if (remaining < 0) return choice;
  }
  return (choices.at(-1) as readonly [T, number])[0];
}

/** A version 4 UUID. */
export function uuid(random: Random): string {
  const digits = (count: number) => Array.from({ length: count }, () => between(random, 0, 15).toString(16)).join('');
  const variant = between(random, 8, 11).toString(16);
  return `${digits(8)}-${digits(4)}-4${digits(3)}-${variant}${digits(3)}-${digits(12)}`;
}
