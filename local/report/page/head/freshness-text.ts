import type { Combination, Report } from '../../model.ts';
import { count, counted, epochMs, minute } from '../base/format.ts';

/** ENDED: the page ends before today as requested, or no snapshot is due any more. */
export type FreshnessState = 'FRESH' | 'STALE' | 'ENDED' | 'NOT_KNOWN';

export interface Freshness {
  readonly state: FreshnessState;
  /** Age of the newest snapshot: `12 minutes`; absent if the page ends before today, or the clock is wrong. */
  readonly age?: string;
  /** Whether the page was made before the next snapshot became late: it cannot know whether that came. */
  readonly isOldPage: boolean;
  readonly headline: string;
}

type Seen = Pick<Combination, 'freshness' | 'newestAt' | 'schedules'>;

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** Tolerated difference of clocks. */
const CLOCKS_DIFFER_MS = 5 * MINUTE_MS;

/**
 * Compares the age of the newest snapshot with the time at which the next one is due.
 *
 * @param nowMs present time, epoch milliseconds
 */
export function freshnessOf(seen: Seen, writtenAt: Report['writtenAt'], nowMs: number): Freshness {
  const { freshness, newestAt } = seen;
  const { endsWith, nextDueAt, lateAt } = freshness;
  const at = `${minute(newestAt)} UTC`;
  if (endsWith !== null) {
    // The next snapshot became late before the last day was over, so it is missing on the page.
    if (nextDueAt !== null && lateAt !== null && epochMs(lateAt) < epochMs(`${endsWith} 00:00:00`) + DAY_MS) {
      const headline = `Stale: this page ends with ${endsWith}, as requested, and its newest snapshot is of ${at}; the next one was due ${minute(nextDueAt)} UTC${periodText(seen)}.`;
      return { state: 'STALE', isOldPage: false, headline };
    }
    const headline = `This page ends with ${endsWith}, as requested, and says nothing of now: its newest snapshot is of ${at}.`;
    return { state: 'ENDED', isOldPage: false, headline };
  }
  const ageMs = nowMs - epochMs(newestAt);
  if (ageMs < -CLOCKS_DIFFER_MS) {
    const headline = `Not known whether it is fresh: the newest snapshot is of ${at}, which is still to come by the clock of this computer (${minuteOf(nowMs)} UTC).`;
    return { state: 'NOT_KNOWN', isOldPage: false, headline };
  }
  const age = ageText(ageMs);
  const newest = `the newest snapshot is ${age} old (${at})`;
  const isOldPage = lateAt !== null && nowMs >= epochMs(lateAt) && epochMs(writtenAt) < epochMs(lateAt);
  if (nextDueAt === null) {
    return freshness.isBySchedule
      ? { state: 'ENDED', age, isOldPage, headline: `No other snapshot is to come by the schedule: ${newest}.` }
      : {
          state: 'NOT_KNOWN',
          age,
          isOldPage,
          headline: `Not known whether it is fresh: ${newest}, and ${WHY_NOT_KNOWN}.`,
        };
  }
  const next = `${minute(nextDueAt)} UTC${periodText(seen)}`;
  if (nowMs >= epochMs(lateAt ?? nextDueAt)) {
    const made = `This page was made before that, at ${minute(writtenAt)} UTC: make it anew to see whether it came.`;
    const headline = `Stale: ${newest}; the next one was due ${next}.${isOldPage ? ` ${made}` : ''}`;
    return { state: 'STALE', age, isOldPage, headline };
  }
  const due = nowMs < epochMs(nextDueAt) ? 'is due' : 'is on its way, due';
  return { state: 'FRESH', age, isOldPage, headline: `Fresh: ${newest}; the next one ${due} ${next}.` };
}

const WHY_NOT_KNOWN = 'neither a schedule nor earlier snapshots tell when the next one is due';

/** `less than a minute`, `12 minutes`, `3 hours`, `5 days`. */
export function ageText(ms: number): string {
  const minutes = Math.floor(ms / MINUTE_MS);
  if (minutes < 1) return 'less than a minute';
  if (minutes < 120) return counted(minutes, 'minute');
  return minutes < 48 * 60 ? counted(Math.floor(minutes / 60), 'hour') : counted(Math.floor(minutes / 1440), 'day');
}

/** `, one every hour, by rate(1 hour)`. */
function periodText({ freshness, schedules }: Seen): string {
  const { usualMinutes, isBySchedule } = freshness;
  const period = usualMinutes === null ? '' : `, one every ${intervalText(usualMinutes)}`;
  if (isBySchedule) return `${period}, by ${schedules.length === 1 ? schedules[0] : 'its schedule'}`;
  return period && `${period} as a rule`;
}

function intervalText(minutes: number): string {
  const units = [
    [7 * 1440, 'week'],
    [1440, 'day'],
    [60, 'hour'],
    [1, 'minute'],
  ] as const;
  const [size, noun] = units.find(([unit]) => minutes >= unit && minutes % unit === 0) ?? [1, 'minute'];
  const number = minutes / size;
  return number === 1 ? noun : `${count(number)} ${noun}s`;
}

function minuteOf(ms: number): string {
  return minute(new Date(ms).toISOString().replace('T', ' '));
}
