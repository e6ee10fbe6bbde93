import type { ExportState } from '../../lambda/contract/health.ts';

/** What the state of an export follows from. Times are epoch milliseconds. */
export interface Evidence {
  /** Whether it is expected; `undefined` where that is not known, and was not before. */
  readonly isExpected: boolean | undefined;
  /** Whether it has a snapshot. */
  readonly hasSnapshot: boolean;
  /** Whether the record of its newest snapshot could be read. */
  readonly isReadable: boolean;
  /** When it is late; `null` = never, as no run is to come; `undefined` = not known. */
  readonly lateAt: number | null | undefined;
  /** Whether it had left and is expected again, and has not come since. Then `lateAt` counts from there. */
  readonly isAwaitedAgain: boolean;
  /** Whether CloudFormation could not deploy its stack. */
  readonly hasFailedStack: boolean;
  /** Whether its keys could not be listed, so that there may be snapshots that are not known. */
  readonly isStale: boolean;
  /** Its state at the look before. */
  readonly before: string | undefined;
  readonly now: number;
}

/** The state of an export; `undefined` of one that is neither expected nor there. */
export function judge(evidence: Evidence): ExportState | undefined {
  const state = evidence.hasSnapshot ? stateWithSnapshot(evidence) : stateWithoutSnapshot(evidence);
  // What is not known makes none silent, and ends no silence.
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

/** Whether a time has come that may not be known, or never come. */
export function hasPassed(time: number | null | undefined, now: number): boolean {
  return time != null && now >= time;
}
