import { EXPORT_NAME } from '../../lambda/contract/jobs.ts';
import { SNAPSHOTS_PREFIX } from '../../lambda/contract/keys.ts';
import { TooManyKeysError } from '../errors.ts';
import type { SnapshotKeys } from '../ports.ts';
import type { Failures } from './failures.ts';
import { inParallel } from './in-parallel.ts';
import type { ExportPlace } from './place.ts';

/** Concurrent calls to S3. A call takes some ten milliseconds, and the SDK has 50 connections. */
export const CALLS_AT_A_TIME = 32;

/** Levels of the keys above the days, with patterns of their values. Exporters write no other values. */
const LEVELS = [
  { column: 'account_id', pattern: /^\d{12}$/ },
  { column: 'region', pattern: /^[a-z]{2}[a-z0-9-]{3,30}$/ },
  { column: 'export_name', pattern: EXPORT_NAME.pattern },
] as const;

/** Maximum of accounts. An account may write only below its own folder, so it cannot create others. */
const MAX_ACCOUNTS = 1_000_000;
/** Maximum of exports, or other folders, of an account in all Regions. Real accounts have far fewer. */
const MAX_PER_ACCOUNT = 1000;

/** The exports that have records below `snapshots/`. */
export interface Discovered {
  readonly places: readonly ExportPlace[];
  /** Whether an export that was not found does not exist: all folders that could contain it were listed. */
  isKnownToBeAbsent(place: ExportPlace): boolean;
  /** Whether all folders were listed. */
  readonly isComplete: boolean;
}

/**
 * Lists the accounts, Regions and exports that have records. A folder that cannot be listed is left out, and its failure is
 * reported. So is an account with too many folders, which would take the time that the others need.
 */
export async function discover(keys: SnapshotKeys, failures: Failures, signal: AbortSignal): Promise<Discovered> {
  const unlisted = new Set<string>();
  let places: (readonly string[])[] = [[]];
  function withoutCrowded(all: readonly (readonly string[])[]): (readonly string[])[] {
    const counts = new Map<string, number>();
    for (const [account = ''] of all) counts.set(account, (counts.get(account) ?? 0) + 1);
    const crowded = new Set([...counts].filter(([, count]) => count > MAX_PER_ACCOUNT).map(([account]) => account));
    for (const account of crowded) {
      unlisted.add(prefixOf([account]));
      failures.add(new TooManyKeysError(prefixOf([account]), MAX_PER_ACCOUNT));
    }
    return all.filter(([account = '']) => !crowded.has(account));
  }
  for (const { column, pattern } of LEVELS) {
    const below = await inParallel(places, CALLS_AT_A_TIME, async (values) => {
      const most = values.length === 0 ? MAX_ACCOUNTS : MAX_PER_ACCOUNT;
      const names = await failures.orUndefined(() => keys.folders(prefixOf(values), most, signal));
      if (names === undefined) unlisted.add(prefixOf(values));
      return (names ?? []).flatMap((name) => {
        const found = name.startsWith(`${column}=`) ? name.slice(column.length + 1) : '';
        return pattern.test(found) ? [[...values, found]] : [];
      });
    });
    places = withoutCrowded(below.flat());
  }
  return {
    places: places.map(([accountId = '', region = '', exportName = '']) => ({ accountId, region, exportName })),
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
