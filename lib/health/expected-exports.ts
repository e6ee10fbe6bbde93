import type { ExpectedExport } from '../../lambda/contract/health.ts';
import type { CheckedConfig, CheckedExporterOptions, Hub } from '../config/config.ts';
import { optionsOfOrganization, stackSetOptions } from '../config/organization.ts';
import { type Placement, placementsOf } from '../config/targets.ts';
import type { ExpectedExports, HistoryHealthProps } from './health-props.ts';

/** Exports, and after how many missed periods they are late. */
type ScheduledExports = Pick<CheckedExporterOptions, 'exports' | 'alarmAfterMissedPeriods'>;

/**
 * Gives the exports with their schedules, from which the hub's function works out when snapshots are due.
 *
 * @param common missed periods of exports without a number of their own
 */
function expectedExports(
  { exports, alarmAfterMissedPeriods: missedPeriods }: ScheduledExports,
  common: number,
): ExpectedExport[] {
  return exports.map(({ name, schedule, timeZone, maxRunMinutes }) => ({
    ...{ name, schedule },
    ...(timeZone && { timeZone }),
    ...(maxRunMinutes !== undefined && { maxRunMinutes }),
    ...(missedPeriods !== common && { missedPeriods }),
  }));
}

/**
 * Gives the exports that are expected of targets. Regions of an account with the same exports are one entry, and exports that
 * equal those of the configuration are omitted, so that the input stays short with hundreds of targets.
 *
 * @param configured exports of the configuration
 */
export function expectedOfPlacements(
  configured: ScheduledExports,
  placements: readonly Placement[],
): Pick<ExpectedExports, 'exports' | 'targets'> {
  const { alarmAfterMissedPeriods: missedPeriods } = configured;
  const common = expectedExports(configured, missedPeriods);
  const commonText = JSON.stringify(common);
  const targets = new Map<string, { account: string; regions: string[]; exports?: readonly ExpectedExport[] }>();
  for (const { account, region, options } of placements) {
    const expected = expectedExports(options, missedPeriods);
    const text = JSON.stringify(expected);
    const key = `${account} ${text}`;
    const target = targets.get(key) ?? { account, regions: [], ...(text !== commonText && { exports: expected }) };
    target.regions.push(region);
    targets.set(key, target);
  }
  return { exports: common, ...(targets.size > 0 && { targets: [...targets.values()] }) };
}

/**
 * Gives the exports that are expected of a configuration with a hub.
 *
 * @param stackSetName name of the organization's StackSet, if there is one
 */
export function expectedOfConfig(config: CheckedConfig, stackSetName: string | undefined): ExpectedExports {
  const expected = expectedOfPlacements(config, placementsOf(config));
  const { organization } = config;
  if (!organization || stackSetName === undefined) return expected;
  const { callAs, excludeAccounts } = stackSetOptions(organization);
  const exports = expectedExports(optionsOfOrganization(config, organization), config.alarmAfterMissedPeriods);
  return {
    ...expected,
    organization: {
      stackSetName,
      callAs,
      ...(excludeAccounts.length > 0 && { excludeAccounts }),
      ...(JSON.stringify(exports) !== JSON.stringify(expected.exports) && { exports }),
    },
  };
}

/** Options of HistoryHealth that the configuration of a hub sets. */
export function healthOptionsOf(
  hub: Hub,
): Pick<HistoryHealthProps, 'everyMinutes' | 'alarmTopicArn' | 'alarmEmails' | 'disabledAlarms'> {
  const { healthEveryMinutes: everyMinutes, alarmTopicArn, alarmEmails, disabledAlarms } = hub;
  return {
    ...(everyMinutes !== undefined && { everyMinutes }),
    ...(alarmTopicArn !== undefined && { alarmTopicArn }),
    ...(alarmEmails && { alarmEmails }),
    ...(disabledAlarms && { disabledAlarms }),
  };
}
