/*
 * Conversion between times of the data contract and epoch milliseconds. It deliberately shares no code with the exporter,
 * so that the exporter is not checked against itself.
 */

const LENGTH_OF_DAY = 'yyyy-MM-dd'.length;
const LENGTH = 'yyyy-MM-dd HH:mm:ss.SSS'.length;
const DIGIT_0 = 48;
/** Size of the cache; a history of some years of jobs has fewer days. */
const MAX_DAYS_KEPT = 4096;

const daysKept = new Map<string, number>();

/** Epoch milliseconds of a valid time in UTC: `2026-11-23 18:00:02.000`. */
export function epochMs(time: string): number {
  const two = (at: number) => (time.charCodeAt(at) - DIGIT_0) * 10 + time.charCodeAt(at + 1) - DIGIT_0;
  const seconds = (two(11) * 60 + two(14)) * 60 + two(17);
  return dayMs(time.slice(0, LENGTH_OF_DAY)) + seconds * 1000 + two(20) * 10 + time.charCodeAt(22) - DIGIT_0;
}

/** `2026-11-23 18:00:02.000` */
export function timeText(epoch: number): string {
  return new Date(epoch).toISOString().slice(0, LENGTH).replace('T', ' ');
}

function dayMs(day: string): number {
  const kept = daysKept.get(day);
  if (kept !== undefined) return kept;
  if (daysKept.size >= MAX_DAYS_KEPT) daysKept.clear();
  const ms = Date.parse(`${day}T00:00:00Z`);
  daysKept.set(day, ms);
  return ms;
}
