import { randomBytes } from 'node:crypto';
import type { Continuation, ExportAnswer, ExportEvent } from '../contract/event.ts';
import { jobsKey, snapshotId } from '../contract/keys.ts';
import { runMinutes } from '../contract/run-time.ts';
import { OutOfTimeError } from '../errors.ts';
import type { LongRuns, Ports } from '../ports.ts';
import { beginAttempt, FIRST_ATTEMPT } from './attempts.ts';
import { beginListing, detailsContext } from './begin-listing.ts';
import { RunDetails } from './details/run-details.ts';
import { finishExport } from './export-snapshot.ts';
import type { LongRun } from './long-run.ts';
import { progressOf } from './progress.ts';
import type { SnapshotRequest } from './request.ts';
import { hasSavedState, readPredecessor, readState } from './resume-run.ts';
import { RowsUpload } from './rows-upload.ts';
import { loadPredecessor } from './saved-predecessor.ts';
import { restoreState, type SavedRun } from './saved-run.ts';
import { ObjectWriter } from './snapshot-objects.ts';
import { UnreadableStateError } from './state-bytes.ts';
import { putEvent } from './suspend-run.ts';
import { type ActiveRun, type Invocation, takeSnapshot, withContinuations, withStore } from './take-snapshot.ts';
import { tryAbortUpload } from './try-abort-upload.ts';

const MINUTE_MS = 60_000;

/** Input of an invocation. */
export interface InvocationInput {
  /** The event that requested the snapshot. */
  readonly event: ExportEvent;
  /** The suspended run to resume; absent to begin a run. */
  readonly from?: Continuation | undefined;
  /** When the execution that resumes the run was redriven, epoch milliseconds. */
  readonly redrivenAt?: number | undefined;
}

/** An invocation of a run that may be longer than the invocation. */
interface LongInvocation extends Invocation {
  readonly ports: Ports & { readonly longRuns: LongRuns };
  readonly input: InvocationInput;
  /** When the time limit of the run starts to count, epoch milliseconds. */
  readonly limitStartsAt: number;
}

/**
 * Takes one snapshot, as {@link exportSnapshot} does, by a run that may be longer than the invocation. Near the end of the
 * invocation the run is suspended, and the answer has the continuation that resumes it.
 *
 * @param deadlineAt when the invocation has to end, in the clock's monotonic time
 * @throws an {@link ExporterError}
 */
export async function exportInvocation(
  request: SnapshotRequest,
  ports: Ports & { readonly longRuns: LongRuns },
  deadlineAt: number,
  input: InvocationInput,
): Promise<ExportAnswer> {
  const { limitStartsAt, from } = timeLimitOf(request, ports, input);
  const { clock } = ports;
  const endsAt = clock.monotonic() + limitStartsAt + runMinutes(request) * MINUTE_MS - clock.now();
  const isOver = endsAt <= clock.monotonic();
  // The snapshot of a run whose time is over may be complete all the same, so takeSnapshot still looks for it.
  const invocation = {
    request,
    ports,
    deadlineAt: isOver ? deadlineAt : Math.min(deadlineAt, endsAt),
    endsAt,
    input,
    limitStartsAt,
  };
  let begin = () => beginUnlessRunning(invocation);
  if (isOver) begin = () => (from ? storeIfListed(invocation, from) : failOverTime(invocation));
  else if (from) begin = () => continueRun(invocation, from);
  else if (input.from) begin = () => beginNewRun(invocation);
  for (;;) {
    const result = await takeSnapshot(invocation, begin);
    if (result === undefined) begin = () => beginNewRun(invocation);
    else if (!('record' in result)) return { snapshotId: snapshotId(request), outcome: 'continued', next: result };
    else {
      if (result.outcome !== 'written') await abortEarlierUpload(invocation);
      return await finishExport(invocation, result);
    }
  }
}

/**
 * When the time limit of the run starts, and what it resumes from. A redrive may come after days. Within the time limit it
 * resumes the run; after it a new run begins with a new time limit, because rows from days apart are not a snapshot.
 */
function timeLimitOf(request: SnapshotRequest, { clock }: Ports, { from, redrivenAt }: InvocationInput) {
  if (!from) return { limitStartsAt: clock.now() };
  const limitStartsAt = Date.parse(from.startedAt);
  const isOver = redrivenAt !== undefined && redrivenAt >= limitStartsAt + runMinutes(request) * MINUTE_MS;
  return isOver ? { limitStartsAt: redrivenAt, from: undefined } : { limitStartsAt, from };
}

/** Begins a run, unless another delivery of the event has begun one that is being continued. */
async function beginUnlessRunning(invocation: LongInvocation): Promise<ActiveRun | Continuation> {
  const { request, ports } = invocation;
  const { continuations } = ports.longRuns;
  const running = await withContinuations(invocation, (signal) => continuations.running(request, signal));
  return running ?? (await beginNewRun(invocation));
}

async function beginNewRun(invocation: LongInvocation): Promise<ActiveRun & { readonly long: LongRun }> {
  const { request, ports } = invocation;
  await abortEarlierUpload(invocation);
  const long = longRun(invocation, { run: randomBytes(8).toString('hex'), invocation: 1, attempt: FIRST_ATTEMPT });
  await withStore(invocation, (signal) => putEvent(long, request, ports.store, signal));
  return { ...(await beginListing(invocation)), objects: await ObjectWriter.begin(long.upload), long };
}

/** Resumes a run. If its saved state cannot be read, a new run begins. */
async function continueRun(invocation: LongInvocation, from: Continuation): Promise<ActiveRun | Continuation> {
  try {
    return await resumeRun(invocation, from);
  } catch (error) {
    if (!(error instanceof UnreadableStateError)) throw error;
    invocation.ports.observer?.restarted?.(`State of the run cannot be read: ${error.message}`);
    return await beginNewRun(invocation);
  }
}

/** Resumes a run whose time is over if all its listings have ended: jobs that are not described do not fail the snapshot. */
async function storeIfListed(invocation: LongInvocation, from: Continuation): Promise<ActiveRun | Continuation> {
  const { request, ports } = invocation;
  const run = { ...request, run: from.run };
  try {
    const saved = await withStore(invocation, (signal) => readState(run, from.invocation, ports.store, signal));
    if (saved.finishedAt !== undefined) return await resumeRun(invocation, from);
  } catch (error) {
    if (!(error instanceof UnreadableStateError)) throw error;
  }
  return await failOverTime(invocation);
}

/**
 * Resumes a run from its saved state. If this invocation was retried after it had suspended the run, returns the continuation.
 *
 * @throws UnreadableStateError
 */
async function resumeRun(invocation: LongInvocation, from: Continuation): Promise<ActiveRun | Continuation> {
  const { request, ports, endsAt } = invocation;
  const { store, observer, source, clock } = ports;
  const run = { ...request, run: from.run };
  const result = await withStore(invocation, async (signal) => {
    if (await hasSavedState(run, from.invocation, store, signal)) return { ...from, invocation: from.invocation + 1 };
    const attempt = await beginAttempt(run, from, ports, signal);
    const saved = await readState(run, from.invocation, store, signal);
    const predecessor = loadPredecessor(await readPredecessor(saved, store, signal), saved.marks);
    const long = longRun(invocation, { run: from.run, invocation: from.invocation, attempt }, saved);
    const objects = await ObjectWriter.resume(saved.objects, long.upload, attempt);
    const context = detailsContext(invocation, saved.startedAt);
    const details = context && RunDetails.resume(context, saved.details);
    return { state: restoreState(request, saved, predecessor), objects, details, long };
  });
  if ('long' in result && result.long)
    observer?.resumed?.(progressOf(result.long, result.state, source.counts, { clock, endsAt }));
  return result;
}

function longRun(
  { request, ports, input, limitStartsAt }: LongInvocation,
  attempt: Pick<LongRun, 'run' | 'invocation' | 'attempt'>,
  saved?: SavedRun,
): LongRun {
  return {
    ...attempt,
    event: input.event,
    limitStartsAt,
    isDriven: input.from !== undefined,
    upload: new RowsUpload(ports.longRuns.uploads, jobsKey(request), saved?.upload, attempt.attempt),
    ...(saved && { savedPredecessor: saved.before }),
  };
}

/** Aborts the upload of a run that is not resumed: its time is over, or another run takes or took the snapshot. */
async function abortEarlierUpload({ request, ports, input }: LongInvocation): Promise<void> {
  const id = input.from?.uploadId;
  if (id === undefined) return;
  const { uploads } = ports.longRuns;
  await tryAbortUpload(ports.clock, (signal) => uploads.abort({ key: jobsKey(request), id }, signal));
}

async function failOverTime(invocation: LongInvocation): Promise<never> {
  const { request, limitStartsAt } = invocation;
  await abortEarlierUpload(invocation);
  throw new OutOfTimeError(
    `The run of ${snapshotId(request)} began at ${new Date(limitStartsAt).toISOString()}, and the ${runMinutes(request)} minutes that it ` +
      'has are over. Nothing was written. Raise maxRunMinutes of the export, or make it smaller; run again with the event ' +
      'of the snapshot, or redrive the execution, to take the snapshot anew',
  );
}
