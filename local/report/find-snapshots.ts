import { recordKey, SNAPSHOTS_PREFIX, type SnapshotIdentity, utcDate } from '../../lambda/contract/keys.ts';
import { UsageError } from '../cli/usage-error.ts';
import type { Archive } from '../verify/archive.ts';
import type { ScheduledSnapshot } from '../verify/due.ts';
import { parseKey } from '../verify/parse-key.ts';
import { readRecord } from '../verify/read-record.ts';

/** What the page is to be about; everything that is there where nothing is said. */
export interface ReportSelection {
  /** First and last day of scheduled times, `yyyy-MM-dd`. */
  readonly from?: string;
  readonly to?: string;
  readonly exportName?: string;
  readonly accountId?: string;
  readonly region?: string;
}

/** An export in an account and a Region, and its snapshots in the order of their times. */
export interface Found {
  readonly accountId: string;
  readonly region: string;
  readonly exportName: string;
  /** Of the days asked for, and of the day before the first, which the views look back to. */
  readonly snapshots: readonly SnapshotIdentity[];
  /** The newest before them, whose schedule goes on. */
  readonly scheduledBefore?: ScheduledSnapshot;
  /** Whether there are snapshots of days after the last that was asked for. */
  readonly hasNewer: boolean;
}

/** The same, with the newest snapshot before them, whose record has not been looked at. */
type Grouped = Found & { readonly before?: SnapshotIdentity };

/** Combinations on one page: each has its own charts, and a reader chooses among them. */
const MAX_COMBINATIONS = 12;
/** Combinations that an error names. */
const NAMED = 20;
const DAY_MS = 86_400_000;

/**
 * The snapshots that have a record, by export, account and Region. None where the history is empty.
 *
 * @throws UsageError that says what there is, where nothing is what was asked for, or where it is too much for a page
 */
export async function findSnapshots(archive: Archive, selection: ReportSelection): Promise<Found[]> {
  const found = group(await listRecords(archive, prefixOf(selection)), selection);
  const inRange = found.filter(({ snapshots }) => snapshots.some((one) => isInRange(one, selection)));
  if (inRange.length > MAX_COMBINATIONS) {
    throw new UsageError(
      `${inRange.length} exports, accounts and Regions are too many for one page, which takes ${MAX_COMBINATIONS}: ` +
        `choose with --export, --account and --region among\n${named(inRange)}`,
    );
  }
  if (inRange.length === 0) {
    const all = group(await listRecords(archive, SNAPSHOTS_PREFIX), {});
    if (all.length > 0) throw new UsageError(`There is no snapshot ${wordsOf(selection)}: there are\n${named(all)}`);
  }
  return await Promise.all(inRange.map((one) => withScheduleBefore(archive, one)));
}

async function withScheduleBefore(archive: Archive, { before, ...found }: Grouped): Promise<Found> {
  const scheduledBefore = before && (await readScheduled(archive, before));
  return { ...found, ...(scheduledBefore && { scheduledBefore }) };
}

/** A snapshot with its schedule; `undefined` where its record says nothing of one. */
async function readScheduled(archive: Archive, identity: SnapshotIdentity): Promise<ScheduledSnapshot | undefined> {
  const { record } = await readRecord(await archive.read(recordKey(identity)), identity);
  return record?.schedule ? { scheduledAt: identity.scheduledAt, schedule: record.schedule } : undefined;
}

/** The partitions of a prefix are in this order, so what is known of them from the left need not be listed. */
export function prefixOf({ accountId, region, exportName }: ReportSelection): string {
  const parts = [SNAPSHOTS_PREFIX];
  if (accountId) parts.push(`account_id=${accountId}`);
  if (accountId && region) parts.push(`region=${region}`);
  if (accountId && region && exportName) parts.push(`export_name=${exportName}`);
  return parts.join('/');
}

async function listRecords(archive: Archive, prefix: string): Promise<SnapshotIdentity[]> {
  const identities: SnapshotIdentity[] = [];
  for await (const { key } of archive.list(prefix)) {
    const identity = parseKey(key);
    if (identity) identities.push(identity);
  }
  return identities;
}

function group(identities: readonly SnapshotIdentity[], selection: ReportSelection): Grouped[] {
  const selected = identities.filter((one) => isOf(one, selection));
  const groups = Map.groupBy(selected, (one) => `${one.exportName} ${one.accountId} ${one.region}`);
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, all]) => {
      const { from, to } = selection;
      const dayBefore = from && utcDate(Date.parse(`${from}T00:00:00Z`) - DAY_MS);
      const snapshots = all
        .filter((one) => isInRange(one, { ...(dayBefore && { from: dayBefore }), ...(to && { to }) }))
        .sort((a, b) => a.scheduledAt - b.scheduledAt);
      const [first] = snapshots;
      if (!first) return [];
      const { accountId, region, exportName } = first;
      // One of the day before has the schedule, too.
      const isNeeded = from !== undefined && utcDate(first.scheduledAt) >= from;
      const earlier = isNeeded ? all.filter(({ scheduledAt }) => scheduledAt < first.scheduledAt) : [];
      const [before] = earlier.sort((a, b) => b.scheduledAt - a.scheduledAt);
      const hasNewer = to !== undefined && all.some(({ scheduledAt }) => utcDate(scheduledAt) > to);
      return [{ accountId, region, exportName, snapshots, hasNewer, ...(before && { before }) }];
    });
}

/** Whether a snapshot is of the export, account and Region that are asked for, whatever its day. */
export function isOf({ accountId, region, exportName }: SnapshotIdentity, selection: ReportSelection): boolean {
  return (
    (selection.accountId ?? accountId) === accountId &&
    (selection.region ?? region) === region &&
    (selection.exportName ?? exportName) === exportName
  );
}

function isInRange({ scheduledAt }: SnapshotIdentity, { from, to }: ReportSelection): boolean {
  const dt = utcDate(scheduledAt);
  return (from ?? dt) <= dt && dt <= (to ?? dt);
}

function named(combinations: readonly Found[]): string {
  const lines = combinations.slice(0, NAMED).map(({ accountId, region, exportName, snapshots }) => {
    const days = [snapshots[0], snapshots.at(-1)].map((one) => utcDate((one as SnapshotIdentity).scheduledAt));
    return `  --export ${exportName} --account ${accountId} --region ${region}  (${days.join(' to ')})`;
  });
  const rest = combinations.length - NAMED;
  return [...lines, ...(rest > 0 ? [`  … and ${rest} more`] : [])].join('\n');
}

function wordsOf({ from, to, exportName, accountId, region }: ReportSelection): string {
  return [
    exportName && `of the export ${exportName}`,
    accountId && `of the account ${accountId}`,
    region && `in ${region}`,
    from && `from ${from} on`,
    to && `until ${to}`,
  ]
    .filter(Boolean)
    .join(', ');
}
