import { InvalidArgumentError } from 'commander';

/** An option of every benchmark. */
export const SMALL_OPTION = [
  '--small',
  'little work in one round, to see that the benchmark runs; judges no goal',
] as const;

/** Parses a whole number of 1 or more, for commander. */
export function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError('It must be a whole number from 1.');
  return value;
}
