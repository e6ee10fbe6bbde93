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
  return Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined));
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

/** Accounts, Regions and exports of a configuration with targets, the retired targets among them. */
export function seenBy({ exports, targets = [], history }: CheckedConfig): Seen {
  const all = [...targets, ...(history?.retiredTargets ?? [])];
  const unique = (values: readonly string[]) => [...new Set(values)];
  return {
    accountIds: unique(all.map(({ account }) => account)),
    regions: unique(all.flatMap(({ regions }) => regions)),
    exportNames: unique([exports, ...targets.map((target) => target.exports ?? [])].flat().map(({ name }) => name)),
  };
}
