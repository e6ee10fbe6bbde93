import type { Report } from '../../model.ts';

/** What the time is for a page: of a demo by its own clock. Epoch milliseconds. */
export function nowOf({ clockOffsetMs = 0 }: Pick<Report, 'clockOffsetMs'>): number {
  return Date.now() + clockOffsetMs;
}
