import type { ExportState } from '../../lambda/contract/health.ts';

/** Facts that determine the state of an export. Times are epoch milliseconds. */
export interface Evidence {
  /** Whether it is expected; `undefined` when that is not known, and was not known before. */
  readonly isExpected: boolean | undefined;
  /** Whether it has a snapshot. */
  readonly hasSnapshot: boolean;
  /** Whether the record of its newest snapshot could be read. */
  readonly isReadable: boolean;
  /** When it is late; `null`: never, because the schedule has no further run; `undefined`: not known. */
  readonly lateAt: number | null | undefined;
  /** Whether it had left, is expected again, and has no snapshot since. Then `lateAt` counts from the return. */
  readonly isAwaitedAgain: boolean;
  /** Whether CloudFormation could not deploy its stack. */
  readonly hasFailedStack: boolean;
  /** Whether its keys could not be listed, so that it may have unknown snapshots. */
  readonly isStale: boolean;
  /** Its state at the previous look. */
  readonly before: string | undefined;
  readonly now: number;
}

/** Determines the state of an export; `undefined` when it is neither expected nor has a snapshot. */
export function judge(evidence: Evidence): ExportState | undefined {
  const state = evidence.hasSnapshot ? stateWithSnapshot(evidence) : stateWithoutSnapshot(evidence);
  // Unlisted keys neither make an export silent nor end its silence.
  const isUnsure = evidence.isStale && (state === 'LATE' || state === 'NEVER' || state === 'LEFT');
  return isUnsure && state !== evidence.before ? 'UNKNOWN' : state;
}

function stateWithoutSnapshot({ isExpected, hasFailedStack, lateAt, now }: Evidence): ExportState | undefined {
  if (!isExpected) return undefined;
  if (hasFailedStack) return 'FAILED';
  return hasPassed(lateAt, now) ? 'NEVER' : 'AWAITED';
}

function stateWithSnapshot({ isExpected, isReadable, lateAt, isAwaitedAgain, now }: Evidence): ExportState {
  if (isAwaitedAgain) return 'AWAITED';
  if (hasPassed(lateAt, now)) {
    if (isExpected === undefined) return 'UNKNOWN';
    return isExpected ? 'LATE' : 'LEFT';
  }
  return lateAt === undefined || !isReadable ? 'UNKNOWN' : 'REPORTING';
}

/** Whether a time has passed. False for an unknown time and for `null`, which means never. */
export function hasPassed(time: number | null | undefined, now: number): boolean {
  return time != null && now >= time;
}
