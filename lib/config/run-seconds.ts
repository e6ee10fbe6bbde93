import { DEFAULT_RUN_MINUTES, MAX_LISTING_MS, MAX_RUN_MS, runMinutes } from '../../lambda/contract/run-time.ts';
import { shortestPeriodMs } from '../../schedule/gaps.ts';
import { isTimeZone, parseSchedule, scheduleMistake } from '../../schedule/schedule.ts';
import type { ExportConfig } from './config.ts';

/** A function's life at most, in seconds. */
export const MAX_RUN_SECONDS = MAX_RUN_MS / 1000;
/** What of its time a run has not for its calls. */
const NOT_CALLING_SECONDS = (MAX_RUN_MS - MAX_LISTING_MS) / 1000;

/** The shortest period that EventBridge Scheduler has. Source: EventBridge Scheduler User Guide, Schedule types. */
export const MIN_PERIOD_SECONDS = 60;

/** Seconds of a run of an export, and those of them that it has for its calls. */
export function secondsOfRun(config: ExportConfig): {
  /** All. */
  readonly ofRun: number;
  /** What is left for the calls. */
  readonly forCalls: number;
} {
  // Fewer minutes are a mistake of the key itself.
  const ofRun = Math.max(runMinutes(config), DEFAULT_RUN_MINUTES) * 60;
  return { ofRun, forCalls: ofRun - NOT_CALLING_SECONDS };
}

/** The shortest time between two runs; infinite where the schedule itself is a mistake, which another rule reports. */
export function periodSeconds({ schedule, timeZone }: ExportConfig): number {
  const unknown = scheduleMistake(schedule) !== undefined || (timeZone !== undefined && !isTimeZone(timeZone));
  return unknown ? Number.POSITIVE_INFINITY : shortestPeriodMs(parseSchedule(schedule, timeZone)) / 1000;
}

/** `61.2 s` */
export function inSeconds(value: number): string {
  return `${Number(value.toFixed(1))} s`;
}
