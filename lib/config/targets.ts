import type { CheckedConfig, CheckedExporterOptions, CheckedHistoryOptions } from './config.ts';
import type { Hub, Target } from './hub-config.ts';

/**
 * Maximum number of accounts that write to a history without an organization. The bucket's policy, of 20 kB at most, names
 * each twice, by the ARN of its root: 40 bytes in the partitions with the longest names. Source: Amazon S3 User Guide,
 * "Bucket policies for Amazon S3".
 */
export const MAX_ACCOUNTS_WITHOUT_ORGANIZATION = 200;

/** One exporter: its account, Region and options. */
export interface Placement {
  /** Account, 12 digits. */
  readonly account: string;
  /** Region of the exporter. */
  readonly region: string;
  /** Options of the exporter. */
  readonly options: CheckedExporterOptions;
}

/** Name of the hub's bucket. */
export function hubBucketName({ account, region, bucketName }: Hub): string {
  return bucketName ?? `iot-jobs-history-${account}-${region}`;
}

/** The exporters of a configuration's targets. */
export function placementsOf(config: CheckedConfig): Placement[] {
  return (config.targets ?? []).flatMap((target) => {
    const options = targetOptions(config, target);
    return target.regions.map((region) => ({ account: target.account, region, options }));
  });
}

/** The options of a target's exporters: its own, and the configuration's for those that it omits. */
export function targetOptions(config: CheckedConfig, target: Target): CheckedExporterOptions {
  return { ...splitOptions(config).exporterOptions, ...ownTargetOptions(target) };
}

/** The options that a target sets itself, without those that are undefined. */
export function ownTargetOptions({
  account: _account,
  regions: _regions,
  ...own
}: Target): Partial<CheckedExporterOptions> {
  return withoutUndefined(own);
}

/** A copy of an object without the keys whose value is undefined. */
export function withoutUndefined<Value extends object>(value: Value): Partial<Value> {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as Partial<Value>;
}

/** Splits the options of a configuration into those of its exporters and those of its history. */
export function splitOptions(config: CheckedConfig): {
  /** Options of the exporters. */
  readonly exporterOptions: CheckedExporterOptions;
  /** Options of the history. */
  readonly historyOptions: CheckedHistoryOptions;
} {
  const {
    history: _hub,
    targets: _targets,
    organization: _organization,
    stackPrefix: _prefix,
    terminationProtection: _protected,
    ...options
  } = config;
  const { historyStart, retiredExports, bytesScannedLimit, databaseName, retiredKeys, analystAccounts, ...others } =
    options;
  const { expireRowsAfterDays, objectLock, ...exporterOptions } = others;
  return {
    exporterOptions,
    historyOptions: {
      ...{ historyStart, retiredExports, bytesScannedLimit, databaseName, retiredKeys, analystAccounts },
      ...(expireRowsAfterDays !== undefined && { expireRowsAfterDays }),
      ...(objectLock && { objectLock }),
    },
  };
}

/** Accounts, Regions and exports that queries of the hub see. */
export interface QueriedNames {
  /** Accounts, including retired ones. */
  readonly accountIds: readonly string[];
  /** Regions, including retired ones. */
  readonly regions: readonly string[];
  /** Exports of the configuration and of its targets. */
  readonly exportNames: readonly string[];
}

/**
 * Accounts, Regions and exports of a configuration with targets or an organization, including the retired targets. The
 * accounts of an organization are not known at synthesis. Without any other account the list has the hub's own, since an
 * enum of a partition projection must not be empty.
 */
export function queriedNames({ exports, targets = [], organization, history }: CheckedConfig): QueriedNames {
  const all = [...targets, ...(history?.retiredTargets ?? [])];
  const accountIds = all.map(({ account }) => account);
  const lists = [exports, ...targets.map((target) => target.exports ?? []), organization?.exports ?? []];
  const unique = (values: readonly string[]) => [...new Set(values)];
  return {
    accountIds: unique(accountIds.length === 0 && history ? [history.account] : accountIds),
    regions: unique([...all.flatMap(({ regions }) => regions), ...(organization?.regions ?? [])]),
    exportNames: unique(lists.flat().map(({ name }) => name)),
  };
}
