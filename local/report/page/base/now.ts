import type { Report } from '../../model.ts';

/** Present time of a page, epoch milliseconds; in a demo by its own clock. */
export function nowOf({ clockOffsetMs = 0 }: Pick<Report, 'clockOffsetMs'>): number {
  return Date.now() + clockOffsetMs;
}
