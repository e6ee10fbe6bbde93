import { refusal } from '../../lambda/contract/rules.ts';
import { longestPeriodSeconds } from '../../schedule/alarm-windows.ts';
import { isTimeZone, scheduleMistake } from '../../schedule/schedule.ts';
import type { CheckedConfig, ExportConfig, HistoryOptions } from './config.ts';

const DAY_SECONDS = 86_400;

/** Finds mistakes of a history that involve several keys. */
export function historyMistakes({ expireRowsAfterDays, objectLock }: HistoryOptions): string[] {
  if (expireRowsAfterDays === undefined || !objectLock || expireRowsAfterDays >= objectLock.days) return [];
  const requirement = `must be ${objectLock.days} at least, for objectLock holds rows so many days`;
  return [refusal(`expireRowsAfterDays ${requirement}`, expireRowsAfterDays)];
}

/** Finds exports whose next snapshot can come after the rows that it is compared with have expired. */
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
      const minDays = minExpiryDays(config);
      if (!Number.isFinite(minDays) || expireRowsAfterDays >= minDays) return [];
      const requirement = `must be ${minDays} at least with the schedule of ${path}[${index}]`;
      const reason = `up to ${Number((longestPeriodSeconds(config) / DAY_SECONDS).toFixed(1))} days pass between two snapshots`;
      return [
        refusal(`expireRowsAfterDays ${requirement}: ${reason}, and the next one needs the rows`, expireRowsAfterDays),
      ];
    }),
  );
}

/**
 * The days of the longest time between two snapshots, and one more for the run; 0 for an invalid schedule, which another
 * rule reports.
 */
function minExpiryDays(config: ExportConfig): number {
  const { schedule, timeZone } = config;
  if (scheduleMistake(schedule) !== undefined || (timeZone !== undefined && !isTimeZone(timeZone))) return 0;
  return Math.ceil(longestPeriodSeconds(config) / DAY_SECONDS) + 1;
}
