import { recordKey, SNAPSHOTS_PREFIX, type SnapshotIdentity, utcDate } from '../../lambda/contract/keys.ts';
import { UsageError } from '../cli/usage-error.ts';
import type { Archive } from '../verify/archive.ts';
import type { ScheduledSnapshot } from '../verify/due.ts';
import { parseKey } from '../verify/parse-key.ts';
import { readRecord } from '../verify/read-record.ts';

/** What the page covers; everything if nothing is set. */
export interface ReportSelection {
  /** First and last day of scheduled times, `yyyy-MM-dd`. */
  readonly from?: string;
  readonly to?: string;
  readonly exportName?: string;
  readonly accountId?: string;
  readonly region?: string;
}

/** An export in one account and Region, and its snapshots, sorted by scheduled time. */
export interface FoundExport {
  readonly accountId: string;
  readonly region: string;
  readonly exportName: string;
  /** Those of the requested days, and of the day before the first, which the views read. */
  readonly snapshots: readonly SnapshotIdentity[];
  /** The newest snapshot before them that has a schedule to continue. */
  readonly scheduledBefore?: ScheduledSnapshot;
  /** Whether there are snapshots after the last requested day. */
  readonly hasNewer: boolean;
}

/** With the newest snapshot before them, whose record has not been read. */
type FoundWithPredecessor = FoundExport & { readonly before?: SnapshotIdentity };

/** Maximum of combinations on one page. */
const MAX_COMBINATIONS = 12;
/** Maximum of combinations in an error message. */
const MAX_LISTED = 20;
const DAY_MS = 86_400_000;

/**
 * Finds the snapshots that have a record, by export, account and Region. Returns none if the history is empty.
 *
 * @throws UsageError that lists what exists, if the selection matches nothing or too much for a page
 */
export async function findSnapshots(archive: Archive, selection: ReportSelection): Promise<FoundExport[]> {
  const found = group(await listRecords(archive, prefixOf(selection)), selection);
  const inRange = found.filter(({ snapshots }) => snapshots.some((one) => isInRange(one, selection)));
  if (inRange.length > MAX_COMBINATIONS) {
    throw new UsageError(
      `${inRange.length} exports, accounts and Regions are too many for one page, which takes ${MAX_COMBINATIONS}: ` +
        `choose with --export, --account and --region among\n${listOf(inRange)}`,
    );
  }
  if (inRange.length === 0) {
    const all = group(await listRecords(archive, SNAPSHOTS_PREFIX), {});
    if (all.length > 0)
      throw new UsageError(`There is no snapshot ${describeSelection(selection)}: there are\n${listOf(all)}`);
  }
  return await Promise.all(inRange.map((one) => withScheduleBefore(archive, one)));
}

async function withScheduleBefore(archive: Archive, { before, ...found }: FoundWithPredecessor): Promise<FoundExport> {
  const scheduledBefore = before && (await readScheduled(archive, before));
  return { ...found, ...(scheduledBefore && { scheduledBefore }) };
}

/** A snapshot with its schedule; `undefined` if its record has none. */
async function readScheduled(archive: Archive, identity: SnapshotIdentity): Promise<ScheduledSnapshot | undefined> {
  const { record } = await readRecord(await archive.read(recordKey(identity)), identity);
  return record?.schedule ? { scheduledAt: identity.scheduledAt, schedule: record.schedule } : undefined;
}

/** Prefix for the listing, with the selected partitions up to the first that is not selected. */
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

function group(identities: readonly SnapshotIdentity[], selection: ReportSelection): FoundWithPredecessor[] {
  const selected = identities.filter((one) => matchesSelection(one, selection));
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
      // A snapshot of the day before has the schedule, too.
      const needsEarlierSchedule = from !== undefined && utcDate(first.scheduledAt) >= from;
      const earlier = needsEarlierSchedule ? all.filter(({ scheduledAt }) => scheduledAt < first.scheduledAt) : [];
      const [before] = earlier.sort((a, b) => b.scheduledAt - a.scheduledAt);
      const hasNewer = to !== undefined && all.some(({ scheduledAt }) => utcDate(scheduledAt) > to);
      return [{ accountId, region, exportName, snapshots, hasNewer, ...(before && { before }) }];
    });
}

/** Whether a snapshot is of the selected export, account and Region, whatever its day. */
export function matchesSelection(
  { accountId, region, exportName }: SnapshotIdentity,
  selection: ReportSelection,
): boolean {
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

function listOf(combinations: readonly FoundExport[]): string {
  const lines = combinations.slice(0, MAX_LISTED).map(({ accountId, region, exportName, snapshots }) => {
    const days = [snapshots[0], snapshots.at(-1)].map((one) => utcDate((one as SnapshotIdentity).scheduledAt));
    return `  --export ${exportName} --account ${accountId} --region ${region}  (${days.join(' to ')})`;
  });
  const rest = combinations.length - MAX_LISTED;
  return [...lines, ...(rest > 0 ? [`  … and ${rest} more`] : [])].join('\n');
}

function describeSelection({ from, to, exportName, accountId, region }: ReportSelection): string {
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
