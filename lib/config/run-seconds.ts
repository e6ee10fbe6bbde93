import { DEFAULT_RUN_MINUTES, MAX_LISTING_MS, MAX_RUN_MS, runMinutes } from '../../lambda/contract/run-time.ts';
import { shortestPeriodMs } from '../../schedule/gaps.ts';
import { isTimeZone, parseSchedule, scheduleMistake } from '../../schedule/schedule.ts';
import type { ExportConfig } from './config.ts';

/** Timeout of the function, in seconds. */
export const MAX_RUN_SECONDS = MAX_RUN_MS / 1000;
/** Seconds of a run that are not available for its calls. */
const RESERVED_SECONDS = (MAX_RUN_MS - MAX_LISTING_MS) / 1000;

/** The shortest period of EventBridge Scheduler. Source: EventBridge Scheduler User Guide, Schedule types. */
export const MIN_PERIOD_SECONDS = 60;

/** Seconds that a run of an export may take, and how many of them are available for its calls. */
export function secondsOfRun(config: ExportConfig): {
  /** Seconds of the run. */
  readonly ofRun: number;
  /** Seconds for the calls. */
  readonly forCalls: number;
} {
  // Fewer minutes are reported by the rule of the key itself.
  const ofRun = Math.max(runMinutes(config), DEFAULT_RUN_MINUTES) * 60;
  return { ofRun, forCalls: ofRun - RESERVED_SECONDS };
}

/** The shortest time between two runs; infinite for an invalid schedule, which another rule reports. */
export function periodSeconds({ schedule, timeZone }: ExportConfig): number {
  const isInvalid = scheduleMistake(schedule) !== undefined || (timeZone !== undefined && !isTimeZone(timeZone));
  return isInvalid ? Number.POSITIVE_INFINITY : shortestPeriodMs(parseSchedule(schedule, timeZone)) / 1000;
}

/** Formats seconds, such as `61.2 s`. */
export function inSeconds(value: number): string {
  return `${Number(value.toFixed(1))} s`;
}
