import { ThingGroupNotFoundError } from '../../lambda/errors.ts';
import type { JobSource, JobSummary, JobsPage, ListJobsQuery } from '../../lambda/ports.ts';

type Answer = JobsPage | Error | Promise<JobsPage>;

/** A source that answers by a function, and records its calls. */
export class ScriptedSource implements JobSource {
  readonly queries: ListJobsQuery[] = [];
  readonly counts = { calls: 0, throttled: 0 };
  /** Names of the thing groups that were looked up. */
  readonly lookedUp: string[] = [];
  /** Says whether a thing group exists; an error is thrown. */
  groupExists: (name: string) => boolean | Error = () => true;
  readonly #answer: (query: ListJobsQuery, call: number) => Answer;

  constructor(answer: (query: ListJobsQuery, call: number) => Answer) {
    this.#answer = answer;
  }

  async listJobs(query: ListJobsQuery): Promise<JobsPage> {
    this.queries.push(query);
    this.counts.calls += 1;
    const answer = await this.#answer(query, this.queries.length - 1);
    if (answer instanceof Error) throw answer;
    return answer;
  }

  async thingGroupExists(name: string): Promise<boolean> {
    this.lookedUp.push(name);
    const answer = this.groupExists(name);
    if (answer instanceof Error) throw answer;
    return answer;
  }
}

export function job(jobId: string, fields: Partial<JobSummary> = {}): JobSummary {
  return { jobId, jobArn: `arn:aws:iot:eu-west-1:123456789012:job/${jobId}`, ...fields };
}

export function page(ids: readonly string[], nextToken?: string, status?: string): JobsPage {
  return { jobs: ids.map((id) => job(id, { status })), ...(nextToken !== undefined && { nextToken }) };
}

export function notFound(): ThingGroupNotFoundError {
  return new ThingGroupNotFoundError('Thing group does not exist');
}
