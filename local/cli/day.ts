import { InvalidArgumentError } from 'commander';

/** Parses a day, `2026-11-23`. */
export function day(text: string): string {
  const time = Date.parse(`${text}T00:00:00Z`);
  if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== text) {
    throw new InvalidArgumentError('It must be a day that exists, as 2026-11-23.');
  }
  return text;
}

/** Parses a number of days. */
export function wholeDays(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('It must be a whole number of days, 1 or more.');
  return Number(text);
}
