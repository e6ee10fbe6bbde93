import type { CheckedConfig, CheckedExporterOptions, ExportConfig } from './config.ts';

/** Accounts that a history takes without an organization: their numbers stand in the bucket's policy. */
export const MAX_ACCOUNTS_WITHOUT_ORGANIZATION = 500;

/** Where an exporter runs that writes into the hub. */
export interface Target {
  /** Account, 12 digits. */
  readonly account: string;
  /** Regions of the account, an exporter in each. */
  readonly regions: readonly string[];
  /**
   * Exports of this target instead of those of the configuration.
   *
   * @default - `exports` of the configuration
   */
  readonly exports?: readonly ExportConfig[];
}

/** Where an exporter ran once. */
export interface RetiredTarget {
  /** Account, 12 digits. */
  readonly account: string;
  /** Regions of the account whose history stays in sight. */
  readonly regions: readonly string[];
}

/** The hub: where the history of many accounts and Regions is kept and queried. */
export interface Hub {
  /** Account of the history, 12 digits. */
  readonly account: string;
  /** Region of the history. */
  readonly region: string;
  /**
   * Name of the bucket. The exporters of other accounts and Regions have to know it before it is there, so it cannot be
   * left to CloudFormation.
   *
   * @default - `iot-jobs-history-` with account and Region
   */
  readonly bucketName?: string;
  /**
   * Organization whose accounts may write, each below its own prefix: `o-` and 10 to 32 letters and digits. With it the
   * bucket's policy is the same for one account and a thousand; without it, the policy names each account, 500 at most.
   *
   * @default - the accounts of `targets`
   */
  readonly organizationId?: string;
  /**
   * Encrypt with a customer key instead of Amazon S3's own: `true` makes one, with rotation; an ARN takes one that is
   * there, in the Region of the history, whose policy is yours to write.
   *
   * @default false
   */
  readonly customerKey?: boolean | string;
  /**
   * What was taken out of `targets` but has a history. Without its line here a query no longer sees it; the objects
   * stay.
   *
   * @default - none
   */
  readonly retiredTargets?: readonly RetiredTarget[];
}

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
  const { history: _, targets = [], historyStart, retiredExports, bytesScannedLimit, ...options } = config;
  return targets.flatMap(({ account, regions, exports = options.exports }) =>
    regions.map((region) => ({ account, region, options: { ...options, exports } })),
  );
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
