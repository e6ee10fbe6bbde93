import type { JobDescriber, JobDescription, ThingCounts } from '../../lambda/ports.ts';

type Answer = JobDescription | Error | undefined;

/** A describer that answers by a function, and remembers what it was asked. */
export class ScriptedDescriber implements JobDescriber {
  readonly asked: string[] = [];
  readonly counts = { calls: 0, throttled: 0 };
  readonly #answer: (jobId: string) => Answer;

  constructor(answer: (jobId: string) => Answer) {
    this.#answer = answer;
  }

  async describeJob(jobId: string): Promise<JobDescription | undefined> {
    this.asked.push(jobId);
    this.counts.calls += 1;
    const answer = this.#answer(jobId);
    if (answer instanceof Error) throw answer;
    return answer;
  }
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
