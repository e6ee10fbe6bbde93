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

/** What a row is made from. */
export interface RowInput {
  readonly place: ExportPlace;
  /** Its row of the look before. */
  readonly before: ExportHealthRow | undefined;
  readonly seen: SnapshotFindings;
  readonly expected: Expected;
  /** Runs that may fail to come, where what is expected says nothing else. */
  readonly missedPeriods: number;
  /** Epoch milliseconds. */
  readonly now: number;
  readonly dueTimes: DueTimes;
  /** The time that usually passes between two of its snapshots; asked where no schedule is known. */
  readonly usualGapMs: () => Promise<number | undefined>;
}

/** The row of an export; `undefined` of one that is neither expected nor there. */
export async function rowOf(known: RowInput): Promise<ExportHealthRow | undefined> {
  const { place, before, seen, expected, now } = known;
  const { columns, isStale } = seen;
  const own = expected.exports.get(placeId(place));
  const isExpected = own ? true : expected.isComplete ? false : null;
  const stack = expected.stacks.get(stackId({ account: place.accountId, region: place.region }));
  const hasCome = columns.newest_snapshot_at !== null;
  const isToCome = !hasCome || before?.state === 'AWAITED';
  const sinceBefore = isToCome && startsWaiting(stack, before) ? undefined : before?.expected_since;
  const since = isExpected === false ? null : (sinceBefore ?? (isExpected ? timestamp(now) : null));
  const after = columns.newest_snapshot_at ?? since;
  // Where the StackSet cannot be asked, what was expected still is.
  const isAssumed = isExpected === null && since !== null;
  const supposed = own ?? (isAssumed ? expected.ofOrganization.get(place.exportName) : undefined);
  const heldNow = after === null ? undefined : await nextDueOf(known, supposed, epochMs(after));
  const again = hasPassed(heldNow?.lateAt, now) ? await dueAfterReturn(known, supposed, since) : undefined;
  const held = again ?? heldNow;
  const state = judge({
    isExpected: isExpected ?? (isAssumed || undefined),
    hasSnapshot: hasCome,
    isReadable: columns.newest_finished_at !== null,
    lateAt: held?.lateAt,
    isAwaitedAgain: again !== undefined,
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
    schedule: held?.schedule ?? columns.schedule,
    due_at: timestampOrNull(held?.dueAt ?? undefined),
    late_at: timestampOrNull(held?.lateAt ?? undefined),
    stack_status: stack ? statusOf(stack) : null,
    stack_status_reason: stack?.reason ?? null,
  });
}

/**
 * Whether the time of an export that never came, or is awaited again, begins with this look: its stack is still to be brought
 * there, which may take hours in an organization, or is there at last. One that was silent before stays so.
 */
function startsWaiting(stack: StackInstance | undefined, before: ExportHealthRow | undefined): boolean {
  if (stack === undefined || before?.state === 'NEVER') return false;
  if (isInProgress(stack)) return true;
  const wasUnderWay = before?.state === 'AWAITED' && isOperationInProgress(before.stack_status);
  return wasUnderWay || (before?.state === 'FAILED' && !hasFailed(stack));
}

/**
 * When the first snapshot is due of an export that had left and is expected again, as long as that is not late: its newest one
 * is of before.
 */
async function dueAfterReturn(
  known: RowInput,
  own: ExpectedExport | undefined,
  since: string | null,
): Promise<NextDue | undefined> {
  const { before, seen, now } = known;
  const { newest_snapshot_at: newestAt } = seen.columns;
  const hadLeft = before?.expected === false || before?.state === 'AWAITED';
  if (!hadLeft || since === null || newestAt === null || newestAt > since) return undefined;
  const held = await nextDueOf(known, own, epochMs(since));
  return held && !hasPassed(held.lateAt, now) ? held : undefined;
}

async function nextDueOf(
  { seen, missedPeriods, dueTimes, usualGapMs }: RowInput,
  own: ExpectedExport | undefined,
  after: number,
): Promise<NextDue | undefined> {
  const { columns, isStale } = seen;
  const expectation = {
    missedPeriods: own?.missedPeriods ?? missedPeriods,
    runMinutes: own?.maxRunMinutes ?? DEFAULT_RUN_MINUTES,
  };
  const schedules = [columns.schedule, own ? scheduleOf(own) : null].filter((schedule) => schedule !== null);
  const held = nextDue(schedules, after, expectation, dueTimes);
  if (held || isStale || columns.newest_snapshot_at === null) return held;
  return nextDue([], after, expectation, dueTimes, await usualGapMs());
}

function scheduleOf({ schedule, timeZone = 'UTC' }: ExpectedExport): ScheduleOfRecord {
  return { expression: schedule, time_zone: timeZone };
}

/** As the columns are. */
function inColumnOrder(row: ExportHealthRow): ExportHealthRow {
  return Object.fromEntries(EXPORT_HEALTH_COLUMNS.map(({ name }) => [name, row[name]])) as unknown as ExportHealthRow;
}
