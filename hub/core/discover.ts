import { EXPORT_NAME } from '../../lambda/contract/jobs.ts';
import { SNAPSHOTS_PREFIX } from '../../lambda/contract/keys.ts';
import { TooManyKeysError } from '../errors.ts';
import type { SnapshotKeys } from '../ports.ts';
import type { Failures } from './failures.ts';
import { inParallel } from './in-parallel.ts';
import type { ExportPlace } from './place.ts';

/** Calls of S3 at a time: each takes some ten milliseconds, and the SDK has 50 connections. */
export const CALLS_AT_A_TIME = 32;

/** Levels of the keys above the days, and what a value looks like. What looks otherwise was not written by an exporter. */
const LEVELS = [
  { column: 'account_id', value: /^\d{12}$/ },
  { column: 'region', value: /^[a-z]{2}[a-z0-9-]{3,30}$/ },
  { column: 'export_name', value: EXPORT_NAME.pattern },
] as const;

/** Accounts. Each may write below its own folder alone, so that none makes any. */
const MOST_ACCOUNTS = 1_000_000;
/** Exports of an account in all its Regions, or folders in their place: far more than one has. */
const MOST_OF_ACCOUNT = 1000;

/** What is below `snapshots/`. */
export interface Discovered {
  readonly places: readonly ExportPlace[];
  /** Whether an export that was not found is not there: all that could hold it was listed. */
  isKnownToBeAbsent(of: ExportPlace): boolean;
  /** Whether all was listed. */
  readonly isComplete: boolean;
}

/**
 * Lists the accounts, Regions and exports that have records. A part that cannot be listed is left out, with its failure; so is
 * an account that has too many folders, so that it does not take the time that all others need.
 */
export async function discover(keys: SnapshotKeys, failures: Failures, signal: AbortSignal): Promise<Discovered> {
  const unlisted = new Set<string>();
  let found: (readonly string[])[] = [[]];
  function withoutCrowded(places: readonly (readonly string[])[]): (readonly string[])[] {
    const counts = new Map<string, number>();
    for (const [account = ''] of places) counts.set(account, (counts.get(account) ?? 0) + 1);
    const crowded = new Set([...counts].filter(([, count]) => count > MOST_OF_ACCOUNT).map(([account]) => account));
    for (const account of crowded) {
      unlisted.add(prefixOf([account]));
      failures.add(new TooManyKeysError(prefixOf([account]), MOST_OF_ACCOUNT));
    }
    return places.filter(([account = '']) => !crowded.has(account));
  }
  for (const { column, value } of LEVELS) {
    const below = await inParallel(found, CALLS_AT_A_TIME, async (values) => {
      const most = values.length === 0 ? MOST_ACCOUNTS : MOST_OF_ACCOUNT;
      const names = await failures.orUndefined(() => keys.folders(prefixOf(values), most, signal));
      if (names === undefined) unlisted.add(prefixOf(values));
      return (names ?? []).flatMap((name) => {
        const own = name.startsWith(`${column}=`) ? name.slice(column.length + 1) : '';
        return value.test(own) ? [[...values, own]] : [];
      });
    });
    found = withoutCrowded(below.flat());
  }
  return {
    places: found.map(([accountId = '', region = '', exportName = '']) => ({ accountId, region, exportName })),
    isKnownToBeAbsent({ accountId, region }) {
      return ![[], [accountId], [accountId, region]].some((values) => unlisted.has(prefixOf(values)));
    },
    isComplete: unlisted.size === 0,
  };
}

function prefixOf(values: readonly string[]): string {
  const folders = values.map((value, level) => `${LEVELS[level]?.column}=${value}/`);
  return `${SNAPSHOTS_PREFIX}/${folders.join('')}`;
}
