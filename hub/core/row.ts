import type { ScheduleOfRecord } from '../../lambda/contract/columns.ts';
import { EXPORT_HEALTH_COLUMNS, type ExpectedExport, type ExportHealthRow } from '../../lambda/contract/health.ts';
import { DEFAULT_RUN_MINUTES } from '../../lambda/contract/run-time.ts';
import { epochMs, timestamp, timestampOrNull } from '../../lambda/core/timestamp.ts';
import type { StackInstance } from '../ports.ts';
import type { DueTimes } from './due.ts';
import type { Expected } from './expected.ts';
import { type HeldTo, heldTo } from './held-to.ts';
import { isOver, judge } from './judge.ts';
import { type ExportPlace, placeId, stackId } from './place.ts';
import type { Seen } from './seen.ts';
import { hasFailed, isUnderWay, saysUnderWay, statusOf } from './stack-status.ts';

/** What a row is made from. */
export interface Known {
  readonly place: ExportPlace;
  /** Its row of the look before. */
  readonly before: ExportHealthRow | undefined;
  readonly seen: Seen;
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
export async function rowOf(known: Known): Promise<ExportHealthRow | undefined> {
  const { place, before, seen, expected, now } = known;
  const { columns, isStale } = seen;
  const own = expected.exports.get(placeId(place));
  const isExpected = own ? true : expected.isComplete ? false : null;
  const stack = expected.stacks.get(stackId({ account: place.accountId, region: place.region }));
  const hasCome = columns.newest_snapshot_at !== null;
  const isToCome = !hasCome || before?.state === 'AWAITED';
  const sinceBefore = isToCome && beginsWith(stack, before) ? undefined : before?.expected_since;
  const since = isExpected === false ? null : (sinceBefore ?? (isExpected ? timestamp(now) : null));
  const after = columns.newest_snapshot_at ?? since;
  // Where the StackSet cannot be asked, what was expected still is.
  const isAssumed = isExpected === null && since !== null;
  const supposed = own ?? (isAssumed ? expected.ofOrganization.get(place.exportName) : undefined);
  const heldNow = after === null ? undefined : await heldToBy(known, supposed, epochMs(after));
  const again = isOver(heldNow?.lateAt, now) ? await awaitedAgain(known, supposed, since) : undefined;
  const held = again ?? heldNow;
  const state = judge({
    isExpected: isExpected ?? (isAssumed || undefined),
    hasCome,
    isReadable: columns.newest_finished_at !== null,
    lateAt: held?.lateAt,
    isAwaitedAgain: again !== undefined,
    hasFailedStack: stack ? hasFailed(stack) : isAssumed && before?.state === 'FAILED',
    isStale,
    before: before?.state,
    now,
  });
  if (state === undefined) return undefined;
  return inOrder({
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
function beginsWith(stack: StackInstance | undefined, before: ExportHealthRow | undefined): boolean {
  if (stack === undefined || before?.state === 'NEVER') return false;
  if (isUnderWay(stack)) return true;
  const wasUnderWay = before?.state === 'AWAITED' && saysUnderWay(before.stack_status);
  return wasUnderWay || (before?.state === 'FAILED' && !hasFailed(stack));
}

/**
 * When the first snapshot is due of an export that had left and is expected again, as long as that is not late: its newest one
 * is of before.
 */
async function awaitedAgain(
  known: Known,
  own: ExpectedExport | undefined,
  since: string | null,
): Promise<HeldTo | undefined> {
  const { before, seen, now } = known;
  const { newest_snapshot_at: newestAt } = seen.columns;
  const hadLeft = before?.expected === false || before?.state === 'AWAITED';
  if (!hadLeft || since === null || newestAt === null || newestAt > since) return undefined;
  const held = await heldToBy(known, own, epochMs(since));
  return held && !isOver(held.lateAt, now) ? held : undefined;
}

async function heldToBy(
  { seen, missedPeriods, dueTimes, usualGapMs }: Known,
  own: ExpectedExport | undefined,
  after: number,
): Promise<HeldTo | undefined> {
  const { columns, isStale } = seen;
  const expectation = {
    missedPeriods: own?.missedPeriods ?? missedPeriods,
    runMinutes: own?.maxRunMinutes ?? DEFAULT_RUN_MINUTES,
  };
  const schedules = [columns.schedule, own ? scheduleOf(own) : null].filter((schedule) => schedule !== null);
  const held = heldTo(schedules, after, expectation, dueTimes);
  if (held || isStale || columns.newest_snapshot_at === null) return held;
  return heldTo([], after, expectation, dueTimes, await usualGapMs());
}

function scheduleOf({ schedule, timeZone = 'UTC' }: ExpectedExport): ScheduleOfRecord {
  return { expression: schedule, time_zone: timeZone };
}

/** As the columns are. */
function inOrder(row: ExportHealthRow): ExportHealthRow {
  return Object.fromEntries(EXPORT_HEALTH_COLUMNS.map(({ name }) => [name, row[name]])) as unknown as ExportHealthRow;
}
