import type { JobStatus } from '../../contract/jobs.ts';
import { AccessDeniedError, CredentialsError, OutOfTimeError, ThrottledOutError } from '../../errors.ts';
import type { CallCounts, Clock, DetailsResult, JobDescriber, RunObserver } from '../../ports.ts';
import type { ChangeOfJob } from '../changes.ts';
import { GzipRows } from '../gzip-rows.ts';
import type { Step } from '../plan.ts';
import type { SnapshotRequest } from '../request.ts';
import type { RunState } from '../run-state.ts';
import type { FreshJob } from '../seen-jobs.ts';
import type { DetailsObject } from '../snapshot-objects.ts';
import { UnreadableStateError } from '../state-bytes.ts';
import { type Candidate, Candidates, type SavedCandidates } from './candidates.ts';
import type { DetailsBefore } from './details-before.ts';
import { detailsRow } from './details-row.ts';
import type { ProgressOfJob } from './progress-before.ts';

/** Maximum number of concurrent calls: the default quota of one second. */
const MAX_CALLS = 10;
/** After this many failures in a row the cause is not the single job, and describing ends. */
const MAX_FAILURES_IN_A_ROW = 3;

/** The result of describing a job: its line, or why it has none. */
type Outcome = { readonly line: string } | 'gone' | 'failed';

/** What a run needs to describe jobs. */
export interface DetailsContext {
  readonly request: SnapshotRequest & Required<Pick<SnapshotRequest, 'details'>>;
  readonly describer: JobDescriber;
  readonly clock: Clock;
  readonly observer?: RunObserver | undefined;
  /** When the run began, epoch milliseconds. */
  readonly startedAt: number;
  readonly before: DetailsBefore;
}

/** The details of a run, saved between invocations. */
export interface SavedDetails {
  readonly turn: DetailsBefore['turn'];
  readonly progress: readonly (readonly [string, ProgressOfJob])[] | null;
  readonly candidates: SavedCandidates;
  readonly outcomes: readonly (readonly [string, Outcome])[];
  readonly counts: CallCounts;
  /** Why the last job that failed could not be described; absent if none failed. */
  readonly error?: { readonly name: string; readonly message: string };
}

/**
 * The details of a run: selects jobs, describes them by DescribeJob, and makes their rows.
 *
 * Jobs are described during the listing. Jobs that have just ended are described as soon as they are listed, the others when
 * all of them are known. A job that cannot be described is left out; it never fails the run.
 */
export class RunDetails {
  readonly #context: DetailsContext;
  #candidates: Candidates;
  readonly #outcomes = new Map<string, Outcome>();
  #earlierCalls: CallCounts = { calls: 0, throttled: 0 };
  /** Jobs to describe next, in reverse order. `#certain` ones are described before `#others`. */
  #certain: Candidate[] = [];
  #others: Candidate[] = [];
  /** Index of the last listing of a status whose jobs are described. Cached: there may be thousands of listings. */
  #lastStep: number | undefined;
  #phase: 'listing' | 'others-known' | 'listed' = 'listing';
  readonly #calls = new Map<string, Promise<void>>();
  #stopped = new AbortController();
  #failuresInARow = 0;
  /** Why describing ended early, or else why the last job that failed could not be described. */
  #error: Error | undefined;
  #resolveRest: () => void = () => {};

  constructor(context: DetailsContext) {
    this.#context = context;
    this.#candidates = new Candidates(context.request.details, context.before.turn);
  }

  /** Takes the result of a step of the listing: the jobs that are new to their scope, and their changes. */
  take({ steps, position }: RunState, fresh: readonly FreshJob[], changes: readonly ChangeOfJob[]): void {
    const certain = this.#candidates.take(fresh, changes);
    if (certain.length > 0) this.#certain = [...certain.toReversed(), ...this.#certain];
    const { statuses } = this.#context.request.details;
    this.#lastStep ??= steps.findLastIndex((step) => listsOneOf(step, statuses));
    if (this.#phase === 'listing' && position > this.#lastStep) {
      this.#phase = 'others-known';
      this.#others = this.#candidates.inTurn().toReversed();
    }
    this.#startCalls();
  }

  /** Describes the remaining jobs, after the listing has ended. */
  async describeRest(): Promise<void> {
    this.#phase = 'listed';
    const isLeft = ({ id }: Candidate) => !this.#outcomes.has(id) && !this.#calls.has(id);
    this.#certain = this.#candidates.selected().filter(isLeft).toReversed();
    this.#others = [];
    await new Promise<void>((resolve) => {
      this.#resolveRest = resolve;
      this.#startCalls();
    });
  }

  /** Aborts all calls. Their jobs can be described again. */
  stop(reason: Error): void {
    this.#stopped.abort(reason);
    this.#resolveRest();
  }

  /** Ends describing because its time is over. The details have the jobs that were described so far. */
  giveUp(): void {
    if (!this.#stopped.signal.aborted) this.#stopWith(outOfTimeError());
  }

  get result(): DetailsResult {
    const outcomes = this.#candidates.selected().map(({ id }) => this.#outcomes.get(id));
    const described = outcomes.filter((outcome) => typeof outcome === 'object').length;
    const gone = outcomes.filter((outcome) => outcome === 'gone').length;
    const failed = outcomes.length - described - gone;
    return {
      described,
      leftOut: this.#candidates.count - described,
      gone,
      failed,
      ...(failed > 0 && this.#error && { error: this.#error }),
      counts: this.#counts,
    };
  }

  /** Makes the object of details. */
  async object(): Promise<DetailsObject> {
    const { described: count, leftOut } = this.result;
    const turn = this.#candidates.turnAfter(
      (id) => this.#outcomes.has(id),
      (id) => this.#outcomes.get(id) === 'failed',
    );
    if (count === 0) return { leftOut, turn };
    const rows = await GzipRows.begin();
    for (const { id } of this.#candidates.selected()) {
      const outcome = this.#outcomes.get(id);
      if (typeof outcome === 'object') await rows.write(outcome.line);
    }
    const { rest: body, sha256 } = await rows.end();
    return { leftOut, turn, object: { body, sha256, count } };
  }

  /** Saves the state that another invocation needs to continue. Nothing can be described afterwards. */
  suspend(): SavedDetails {
    const { turn, progress } = this.#context.before;
    return {
      turn,
      progress: progress && [...progress],
      candidates: this.#candidates.save(),
      outcomes: [...this.#outcomes],
      counts: this.#counts,
      ...(this.#error && { error: { name: this.#error.name, message: this.#error.message } }),
    };
  }

  /**
   * Continues from the state that {@link suspend} saved.
   *
   * @throws UnreadableStateError if the saved run has no details
   */
  static resume(context: Omit<DetailsContext, 'before'>, saved: SavedDetails | undefined): RunDetails {
    if (!saved) throw new UnreadableStateError('it has no details');
    const { turn, progress } = saved;
    const details = new RunDetails({ ...context, before: { turn, progress: progress && new Map(progress) } });
    details.#candidates = Candidates.load(context.request.details, turn, saved.candidates);
    for (const [id, outcome] of saved.outcomes) details.#outcomes.set(id, outcome);
    details.#earlierCalls = saved.counts;
    details.#certain = details.#candidates.certain().toReversed();
    if (saved.error) details.#error = Object.assign(new Error(saved.error.message), { name: saved.error.name });
    return details;
  }

  get #counts(): CallCounts {
    const { calls, throttled } = this.#context.describer.counts;
    return { calls: this.#earlierCalls.calls + calls, throttled: this.#earlierCalls.throttled + throttled };
  }

  #startCalls(): void {
    while (this.#calls.size < MAX_CALLS && !this.#stopped.signal.aborted) {
      const next = this.#certain.pop() ?? this.#others.pop();
      if (next === undefined) break;
      if (this.#outcomes.has(next.id) || this.#calls.has(next.id)) continue;
      const call = this.#describe(next).then(() => {
        this.#calls.delete(next.id);
        this.#startCalls();
      });
      this.#calls.set(next.id, call);
    }
    if (this.#phase === 'listed' && (this.#calls.size === 0 || this.#stopped.signal.aborted)) this.#resolveRest();
  }

  async #describe({ id, createdAt }: Candidate): Promise<void> {
    const { describer, clock, request, startedAt, before, observer } = this.#context;
    const { signal } = this.#stopped;
    try {
      const job = await describer.describeJob(id, signal);
      if (signal.aborted) return;
      this.#failuresInARow = 0;
      if (job === undefined || isDifferentJob(createdAt, job.createdAt)) this.#outcomes.set(id, 'gone');
      else {
        // If the clock was set back, `described_at` must not be before the run began.
        const describedAt = Math.max(startedAt, clock.now());
        const row = detailsRow({ request, id, job, describedAt, before: before.progress });
        this.#outcomes.set(id, { line: `${JSON.stringify(row)}\n` });
        if (job.oddFields) observer?.oddFields?.(job.oddFields);
      }
    } catch (error) {
      if (signal.aborted) return;
      this.#recordFailure(id, error as Error);
    }
    const underWay = [...this.#calls.keys()].filter((one) => !this.#outcomes.has(one)).length;
    const waiting = this.#certain.length + this.#others.length + underWay;
    observer?.jobDescribed?.({ described: this.#outcomes.size, selected: this.#outcomes.size + waiting });
  }

  #recordFailure(id: string, error: Error): void {
    this.#error = error;
    if (!affectsAllJobs(error)) {
      this.#outcomes.set(id, 'failed');
      this.#failuresInARow += 1;
      if (this.#failuresInARow < MAX_FAILURES_IN_A_ROW) return;
    }
    this.#stopWith(error);
  }

  #stopWith(error: Error): void {
    this.#error = error;
    this.stop(error);
  }
}

/**
 * Whether two times of creation are those of different jobs: an id can be reused after its job was deleted. It is not
 * documented that both APIs return the time with the same fraction of a second.
 */
function isDifferentJob(listed: number | undefined, described: number | undefined): boolean {
  return listed !== undefined && described !== undefined && Math.abs(listed - described) >= 1000;
}

function listsOneOf(step: Step, statuses: readonly JobStatus[]): boolean {
  return step.kind === 'list' && statuses.includes(step.listing.status);
}

/** Whether an error means that no other job can be described either. */
function affectsAllJobs(error: Error): boolean {
  return [AccessDeniedError, CredentialsError, ThrottledOutError].some((one) => error instanceof one);
}

function outOfTimeError(): OutOfTimeError {
  return new OutOfTimeError(
    'The time for describing was over before all jobs were described: of the time of the run as much is kept as the listing took, ' +
      'should it have to begin anew. Lower maxJobs, raise describeCallsPerSecond (ask AWS for a ' +
      'higher DescribeJob quota if need be), or raise maxRunMinutes of the export',
  );
}
