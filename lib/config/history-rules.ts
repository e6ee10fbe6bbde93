import { refusal } from '../../lambda/contract/rules.ts';
import { longestPeriodSeconds } from '../../schedule/alarm-windows.ts';
import { isTimeZone, scheduleMistake } from '../../schedule/schedule.ts';
import type { CheckedConfig, ExportConfig, HistoryOptions } from './config.ts';

const DAY_SECONDS = 86_400;

/** Mistakes that show only when several keys of a history are looked at together. */
export function historyMistakes({ expireRowsAfterDays, objectLock }: HistoryOptions): string[] {
  if (expireRowsAfterDays === undefined || !objectLock || expireRowsAfterDays >= objectLock.days) return [];
  const mend = `must be ${objectLock.days} at least, for objectLock holds rows so many days`;
  return [refusal(`expireRowsAfterDays ${mend}`, expireRowsAfterDays)];
}

/** Rows must not expire before the next snapshot of their export, which is compared with them. */
export function expiryMistakes({
  expireRowsAfterDays,
  exports,
  targets,
  organization,
}: Pick<CheckedConfig, 'expireRowsAfterDays' | 'exports' | 'targets' | 'organization'>): string[] {
  if (expireRowsAfterDays === undefined) return [];
  const lists = [
    { list: exports, path: 'exports' },
    { list: organization?.exports ?? [], path: 'organization.exports' },
    ...(targets ?? []).map((target, index) => ({ list: target.exports ?? [], path: `targets[${index}].exports` })),
  ];
  return lists.flatMap(({ list, path }) =>
    list.flatMap((config, index) => {
      const least = leastDays(config);
      if (!Number.isFinite(least) || expireRowsAfterDays >= least) return [];
      const mend = `must be ${least} at least with the schedule of ${path}[${index}]`;
      const why = `up to ${Number((longestPeriodSeconds(config) / DAY_SECONDS).toFixed(1))} days pass between two snapshots`;
      return [refusal(`expireRowsAfterDays ${mend}: ${why}, and the next one needs the rows`, expireRowsAfterDays)];
    }),
  );
}

/** Days of the longest gap, with one more for the run; 0 for a schedule that has a mistake, which another rule reports. */
function leastDays(config: ExportConfig): number {
  const { schedule, timeZone } = config;
  if (scheduleMistake(schedule) !== undefined || (timeZone !== undefined && !isTimeZone(timeZone))) return 0;
  return Math.ceil(longestPeriodSeconds(config) / DAY_SECONDS) + 1;
}
