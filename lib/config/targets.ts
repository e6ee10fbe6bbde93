import type { CheckedConfig, CheckedExporterOptions, CheckedHistoryOptions } from './config.ts';
import type { Hub, Target } from './hub-config.ts';

/**
 * Accounts that a history takes without an organization. The bucket's policy, of 20 kB at most, names each twice, by the
 * ARN of its root: 40 bytes in the partitions of the longest name. Source: Amazon S3 User Guide, "Bucket policies for
 * Amazon S3".
 */
export const MAX_ACCOUNTS_WITHOUT_ORGANIZATION = 200;

/** One exporter: an account, a Region, and what it is told. */
export interface Placement {
  /** Account, 12 digits. */
  readonly account: string;
  /** Region of the exporter. */
  readonly region: string;
  /** What the exporter is told. */
  readonly options: CheckedExporterOptions;
}

/** Name of the hub's bucket. */
export function hubBucketName({ account, region, bucketName }: Hub): string {
  return bucketName ?? `iot-jobs-history-${account}-${region}`;
}

/** Every exporter of a configuration with targets. */
export function placementsOf(config: CheckedConfig): Placement[] {
  return (config.targets ?? []).flatMap((target) => {
    const options = optionsOf(config, target);
    return target.regions.map((region) => ({ account: target.account, region, options }));
  });
}

/** The options of a target's exporters: its own, and for those that it leaves out the configuration's. */
export function optionsOf(config: CheckedConfig, target: Target): CheckedExporterOptions {
  return { ...partsOf(config).ofExporter, ...ownOptions(target) };
}

/** The options that a target has itself. An option that is there but undefined is left out. */
export function ownOptions({ account: _account, regions: _regions, ...own }: Target): Partial<CheckedExporterOptions> {
  return defined(own);
}

/** An object without the keys that are there but undefined. */
export function defined<Value extends object>(value: Value): Partial<Value> {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as Partial<Value>;
}

/** A configuration's options of the exporter, and those of the history. */
export function partsOf(config: CheckedConfig): {
  /** What an exporter is told. */
  readonly ofExporter: CheckedExporterOptions;
  /** What the history is told. */
  readonly ofHistory: CheckedHistoryOptions;
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
  const { expireRowsAfterDays, objectLock, ...ofExporter } = others;
  const ofHistory = { historyStart, retiredExports, bytesScannedLimit, databaseName, retiredKeys, analystAccounts };
  return {
    ofExporter,
    ofHistory: {
      ...ofHistory,
      ...(expireRowsAfterDays !== undefined && { expireRowsAfterDays }),
      ...(objectLock && { objectLock }),
    },
  };
}

/** What a query over the hub has to look for. */
export interface Seen {
  /** Accounts, retired ones too. */
  readonly accountIds: readonly string[];
  /** Regions, retired ones too. */
  readonly regions: readonly string[];
  /** Exports of the configuration and of its targets. */
  readonly exportNames: readonly string[];
}

/**
 * Accounts, Regions and exports of a configuration with targets or an organization, the retired targets among them. Which
 * accounts an organization has nobody knows yet: where no other is named, the hub's own stands in the list, for an enum of a
 * projection must not be empty.
 */
export function seenBy({ exports, targets = [], organization, history }: CheckedConfig): Seen {
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
