import type { ExpectedExport } from '../../lambda/contract/health.ts';
import type { CheckedConfig, CheckedExporterOptions, Hub } from '../config/config.ts';
import { optionsOfOrganization, stackSetOptions } from '../config/organization.ts';
import { type Placement, placementsOf } from '../config/targets.ts';
import type { ExpectedExports, HistoryHealthProps } from './health-props.ts';

/** Exports, and how many of their runs may fail to come. */
type ScheduledExports = Pick<CheckedExporterOptions, 'exports' | 'alarmAfterMissedPeriods'>;

/**
 * What a look has to know of exports: when their snapshots are due.
 *
 * @param common runs that may fail to come where an export says nothing else
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
 * What is expected of exporters that are placed one by one. Regions of an account with the same exports are one entry, and
 * exports that are those of the configuration are not said again: an input of hundreds of targets stays short.
 *
 * @param configured those of the configuration
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
 * What a configuration with a hub lets expect.
 *
 * @param stackSetName of the organization's StackSet, where there is one
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

/** What the hub says of its own looks and alarms. */
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
