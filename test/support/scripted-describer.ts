import { THING_STATUSES } from '../../lambda/contract/details.ts';
import type { JobDescriber, JobDescription, ThingCounts } from '../../lambda/ports.ts';

type Answer = JobDescription | Error | undefined;
type Answerer = (jobId: string, call: number, signal: AbortSignal) => Answer | Promise<Answer>;

/** A describer that answers by a function, and records its calls. */
export class ScriptedDescriber implements JobDescriber {
  /** Ids in the order of the calls. */
  readonly requested: string[] = [];
  readonly counts = { calls: 0, throttled: 0 };
  mostAtOnce = 0;
  #underWay = 0;
  readonly #answer: Answerer;

  constructor(answer: Answerer = (jobId) => described(jobId)) {
    this.#answer = answer;
  }

  async describeJob(jobId: string, signal: AbortSignal): Promise<JobDescription | undefined> {
    this.requested.push(jobId);
    this.counts.calls += 1;
    this.#underWay += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.#underWay);
    try {
      const answer = await this.#answer(jobId, this.requested.length - 1, signal);
      if (answer instanceof Error) throw answer;
      return answer;
    } finally {
      this.#underWay -= 1;
    }
  }
}

/** A job in progress with so many things in each status of execution, in their order. */
export function described(jobId: string, ...counts: readonly number[]): JobDescription {
  return {
    jobId,
    jobArn: `arn:aws:iot:eu-west-1:123456789012:job/${jobId}`,
    status: 'IN_PROGRESS',
    things: Object.fromEntries(THING_STATUSES.map((status, i) => [status, counts[i] ?? 0])),
  };
}

/** All eight counts: 0 but for those that are given. */
export function things(counts: ThingCounts = {}): ThingCounts {
  const none = {
    QUEUED: 0,
    IN_PROGRESS: 0,
    SUCCEEDED: 0,
    FAILED: 0,
    REJECTED: 0,
    TIMED_OUT: 0,
    REMOVED: 0,
    CANCELED: 0,
  };
  return { ...none, ...counts };
}
