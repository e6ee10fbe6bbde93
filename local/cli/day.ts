import { InvalidArgumentError } from 'commander';

/** A day of the command line, `2026-11-23`. */
export function day(text: string): string {
  const time = Date.parse(`${text}T00:00:00Z`);
  if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== text) {
    throw new InvalidArgumentError('It must be a day that exists, as 2026-11-23.');
  }
  return text;
}

/** A number of days of the command line. */
export function wholeDays(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('It must be a whole number of days, 1 or more.');
  return Number(text);
}
