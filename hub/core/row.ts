import type { ScheduleOfRecord } from '../../lambda/contract/columns.ts';
import { EXPORT_HEALTH_COLUMNS, type ExpectedExport, type ExportHealthRow } from '../../lambda/contract/health.ts';
import { DEFAULT_RUN_MINUTES } from '../../lambda/contract/run-time.ts';
import { epochMs, timestamp, timestampOrNull } from '../../lambda/core/timestamp.ts';
import type { StackInstance } from '../ports.ts';
import type { DueTimes } from './due.ts';
import type { Expected } from './expected.ts';
import { hasPassed, judge } from './judge.ts';
import { type NextDue, nextDue } from './next-due.ts';
import { type ExportPlace, placeId, stackId } from './place.ts';
import type { SnapshotFindings } from './snapshot-findings.ts';
import { hasFailed, isInProgress, isOperationInProgress, statusOf } from './stack-status.ts';

/** The input for a row. */
export interface RowInput {
  readonly place: ExportPlace;
  /** Its row of the previous look. */
  readonly before: ExportHealthRow | undefined;
  readonly findings: SnapshotFindings;
  readonly expected: Expected;
  /** Runs that must be missing before it is late, unless the expected export has its own number. */
  readonly missedPeriods: number;
  /** Epoch milliseconds. */
  readonly now: number;
  readonly dueTimes: DueTimes;
  /** Usual time between two of its snapshots. Called when no schedule is known. */
  readonly usualGapMs: () => Promise<number | undefined>;
}

/** Creates the row of an export; `undefined` when it is neither expected nor has a snapshot. */
export async function rowOf(input: RowInput): Promise<ExportHealthRow | undefined> {
  const { place, before, findings, expected, now } = input;
  const { columns, isStale } = findings;
  const expectedExport = expected.exports.get(placeId(place));
  const isExpected = expectedExport ? true : expected.isComplete ? false : null;
  const stack = expected.stacks.get(stackId({ account: place.accountId, region: place.region }));
  const hasSnapshot = columns.newest_snapshot_at !== null;
  const isAwaited = !hasSnapshot || before?.state === 'AWAITED';
  const previousSince = isAwaited && startsWaiting(stack, before) ? undefined : before?.expected_since;
  const since = isExpected === false ? null : (previousSince ?? (isExpected ? timestamp(now) : null));
  const after = columns.newest_snapshot_at ?? since;
  // When the stack instances cannot be listed, an export that was expected still is.
  const isAssumed = isExpected === null && since !== null;
  const assumedExport = expectedExport ?? (isAssumed ? expected.ofOrganization.get(place.exportName) : undefined);
  const regularDue = after === null ? undefined : await nextDueOf(input, assumedExport, epochMs(after));
  const returnDue = hasPassed(regularDue?.lateAt, now) ? await dueAfterReturn(input, assumedExport, since) : undefined;
  const due = returnDue ?? regularDue;
  const state = judge({
    isExpected: isExpected ?? (isAssumed || undefined),
    hasSnapshot,
    isReadable: columns.newest_finished_at !== null,
    lateAt: due?.lateAt,
    isAwaitedAgain: returnDue !== undefined,
    hasFailedStack: stack ? hasFailed(stack) : isAssumed && before?.state === 'FAILED',
    isStale,
    before: before?.state,
    now,
  });
  if (state === undefined) return undefined;
  return inColumnOrder({
    looked_at: timestamp(now),
    account_id: place.accountId,
    region: place.region,
    export_name: place.exportName,
    state,
    expected: isExpected,
    expected_since: since,
    ...columns,
    schedule: due?.schedule ?? columns.schedule,
    due_at: timestampOrNull(due?.dueAt ?? undefined),
    late_at: timestampOrNull(due?.lateAt ?? undefined),
    stack_status: stack ? statusOf(stack) : null,
    stack_status_reason: stack?.reason ?? null,
  });
}

/**
 * Whether the wait for an export without a snapshot, or awaited again, starts with this look: its stack is still being deployed,
 * which may take hours in an organization, or has just been deployed. An export that was NEVER before stays so.
 */
function startsWaiting(stack: StackInstance | undefined, before: ExportHealthRow | undefined): boolean {
  if (stack === undefined || before?.state === 'NEVER') return false;
  if (isInProgress(stack)) return true;
  const wasInProgress = before?.state === 'AWAITED' && isOperationInProgress(before.stack_status);
  return wasInProgress || (before?.state === 'FAILED' && !hasFailed(stack));
}

/**
 * When the first snapshot is due of an export that had left and is expected again; `undefined` when that is late, or when it
 * has a snapshot since.
 */
async function dueAfterReturn(
  input: RowInput,
  expectedExport: ExpectedExport | undefined,
  since: string | null,
): Promise<NextDue | undefined> {
  const { before, findings, now } = input;
  const { newest_snapshot_at: newestAt } = findings.columns;
  const hadLeft = before?.expected === false || before?.state === 'AWAITED';
  if (!hadLeft || since === null || newestAt === null || newestAt > since) return undefined;
  const due = await nextDueOf(input, expectedExport, epochMs(since));
  return due && !hasPassed(due.lateAt, now) ? due : undefined;
}

async function nextDueOf(
  { findings, missedPeriods, dueTimes, usualGapMs }: RowInput,
  expectedExport: ExpectedExport | undefined,
  after: number,
): Promise<NextDue | undefined> {
  const { columns, isStale } = findings;
  const expectation = {
    missedPeriods: expectedExport?.missedPeriods ?? missedPeriods,
    runMinutes: expectedExport?.maxRunMinutes ?? DEFAULT_RUN_MINUTES,
  };
  const schedules = [columns.schedule, expectedExport ? scheduleOf(expectedExport) : null].filter(
    (schedule) => schedule !== null,
  );
  const due = nextDue(schedules, after, expectation, dueTimes);
  if (due || isStale || columns.newest_snapshot_at === null) return due;
  return nextDue([], after, expectation, dueTimes, await usualGapMs());
}

function scheduleOf({ schedule, timeZone = 'UTC' }: ExpectedExport): ScheduleOfRecord {
  return { expression: schedule, time_zone: timeZone };
}

/** The row with its fields in the order of the columns. */
function inColumnOrder(row: ExportHealthRow): ExportHealthRow {
  return Object.fromEntries(EXPORT_HEALTH_COLUMNS.map(({ name }) => [name, row[name]])) as unknown as ExportHealthRow;
}
