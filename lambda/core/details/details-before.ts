import { detailsKey } from '../../contract/keys.ts';
import { OutOfTimeError } from '../../errors.ts';
import type { ExportRecords, Ports } from '../../ports.ts';
import { type Limits, withDeadline } from '../deadline.ts';
import { isLinked, type Linked, type Predecessor } from '../predecessor.ts';
import { NO_TURN, type Turn } from './candidates.ts';
import { type ProgressBefore, progressIn } from './progress-before.ts';
import { readDetails } from './stored-details.ts';

/** What a run needs of the predecessor's details. */
export interface DetailsBefore {
  readonly turn: Turn;
  /** `null` if unknown. */
  readonly progress: ProgressBefore | null;
}

/** Time limit for reading the predecessor's details, all retries included. A job has some kilobytes. */
const READ_MS = 20_000;
/** Maximum share of the invocation's time for it. */
const READ_SHARE = 0.1;
/** The store retries calls, but not a body that breaks off. */
const READ_ATTEMPTS = 3;

const BEGINNING: DetailsBefore = { turn: NO_TURN, progress: new Map() };

/**
 * Reads the predecessor's details. If they cannot be read, the run does not fail; it is then unknown how long rollouts have not
 * progressed.
 *
 * @throws the signal's reason when it aborts
 */
export async function findDetailsBefore(
  predecessor: Predecessor,
  { clock, records, observer }: Pick<Ports, 'clock' | 'records' | 'observer'>,
  { signal, deadlineAt }: Limits,
): Promise<DetailsBefore> {
  if (!isLinked(predecessor)) return predecessor.reason === 'LATE' ? { ...BEGINNING, progress: null } : BEGINNING;
  const { details_owed: owed, details_turn: after } = predecessor.record;
  const turn = { owed: owed ?? [], after };
  const now = clock.monotonic();
  const readMs = Math.min(READ_MS, Math.max(0, deadlineAt - now) * READ_SHARE);
  const timeoutError = () =>
    new OutOfTimeError(`${detailsKey(predecessor.snapshot)} was not read within ${Math.round(readMs / 1000)} s`);
  try {
    const progress = await withDeadline(clock, now + readMs, timeoutError, (ownSignal) =>
      readWithRetries(predecessor, records, AbortSignal.any([signal, ownSignal])),
    );
    return { turn, progress };
  } catch (error) {
    signal.throwIfAborted();
    observer?.previousDetailsUnreadable?.(error as Error);
    return { turn, progress: null };
  }
}

async function readWithRetries(
  { snapshot, record }: Linked,
  records: ExportRecords,
  signal: AbortSignal,
): Promise<ProgressBefore> {
  for (let attempt = 1; ; attempt++) {
    try {
      return progressIn(await readDetails(snapshot, record, records, signal));
    } catch (error) {
      if (attempt === READ_ATTEMPTS || signal.aborted) throw error;
    }
  }
}
