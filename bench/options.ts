import { InvalidArgumentError } from 'commander';

/** The option that each benchmark has. */
export const SMALL_OPTION = [
  '--small',
  'little work in one round, to see that the benchmark runs; judges no goal',
] as const;

/** Parses a whole number from 1, as commander wants it done. */
export function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError('It must be a whole number from 1.');
  return value;
}
