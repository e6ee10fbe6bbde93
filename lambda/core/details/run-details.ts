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

/** Calls that are under way at a time: the default quota's of a second. */
const MAX_CALLS = 10;
/** As many jobs in a row that cannot be described are no fault of theirs. */
const MAX_FAILURES_IN_A_ROW = 3;

/** What became of a job: its line, or why it has none. */
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

/** The details of a run as they are kept between invocations. */
export interface SavedDetails {
  readonly turn: DetailsBefore['turn'];
  readonly progress: readonly (readonly [string, ProgressOfJob])[] | null;
  readonly candidates: SavedCandidates;
  readonly outcomes: readonly (readonly [string, Outcome])[];
  readonly counts: CallCounts;
  /** Why the last of the jobs could not be described; absent where all could. */
  readonly error?: { readonly name: string; readonly message: string };
}

/**
 * The details of a run: which jobs are to be described, and what DescribeJob says of them.
 *
 * Jobs are described while the listing goes on. Those that have just ended go first, as soon as they are met; the others
 * follow when all of them are known. What cannot be described is left out: it never fails the run.
 */
export class RunDetails {
  readonly #context: DetailsContext;
  #candidates: Candidates;
  readonly #outcomes = new Map<string, Outcome>();
  #earlierCalls: CallCounts = { calls: 0, throttled: 0 };
  /** Jobs that are to be described next, the first one last: those that are certain go before the others. */
  #certain: Candidate[] = [];
  #others: Candidate[] = [];
  /** Index of the last listing of a status whose jobs are described. Looked for once: there may be thousands. */
  #lastStep: number | undefined;
  #phase: 'listing' | 'others-known' | 'listed' = 'listing';
  readonly #calls = new Map<string, Promise<void>>();
  #stopped = new AbortController();
  #failuresInARow = 0;
  /** Why describing ended early, or else why the last of the jobs could not be described. */
  #error: Error | undefined;
  #resolveRest: () => void = () => {};

  constructor(context: DetailsContext) {
    this.#context = context;
    this.#candidates = new Candidates(context.request.details, context.before.turn);
  }

  /** Takes what a step of the listing gave: jobs that are new to their scope, and those of them that changed. */
  take({ steps, position }: RunState, fresh: readonly FreshJob[], changes: readonly ChangeOfJob[]): void {
    const certain = this.#candidates.take(fresh, changes);
    if (certain.length > 0) this.#certain = [...certain.toReversed(), ...this.#certain];
    const { statuses } = this.#context.request.details;
    this.#lastStep ??= steps.findLastIndex((step) => isOf(step, statuses));
    if (this.#phase === 'listing' && position > this.#lastStep) {
      this.#phase = 'others-known';
      this.#others = this.#candidates.inTurn().toReversed();
    }
    this.#startCalls();
  }

  /** Describes the jobs that are left, when the listing has ended. */
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

  /** Ends all calls. The jobs in question can be described again. */
  stop(reason: Error): void {
    this.#stopped.abort(reason);
    this.#resolveRest();
  }

  /** The time for describing is over: what was described so far is the details. */
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

  /** What is stored. */
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

  /** What another invocation needs to go on. Nothing can be described after it. */
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
   * Goes on with what {@link suspend} gave.
   *
   * @throws UnreadableStateError where it gave nothing
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
        // A clock that was set back must not make a job described before the run began.
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
 * Whether two times of creation are of two jobs: an id is used again after its job was deleted. That both APIs give the time to
 * the same fraction of a second is not documented.
 */
function isDifferentJob(listed: number | undefined, described: number | undefined): boolean {
  return listed !== undefined && described !== undefined && Math.abs(listed - described) >= 1000;
}

function isOf(step: Step, statuses: readonly JobStatus[]): boolean {
  return step.kind === 'list' && statuses.includes(step.listing.status);
}

/** Whether no other job can be described either. */
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
