import { InvalidArgumentError } from 'commander';

/** A day of the command line, `2026-11-23`. */
export function day(text: string): string {
  const time = Date.parse(`${text}T00:00:00Z`);
  if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== text) {
    throw new InvalidArgumentError('It must be a day that exists, as 2026-11-23.');
  }
  return text;
}
