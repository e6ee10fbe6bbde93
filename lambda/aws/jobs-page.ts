import type { JobSummary, JobsPage, OddField } from '../ports.ts';

/** Epoch milliseconds of the years 0 to 9999, which a timestamp column can hold. */
const MIN_TIME = -62_167_219_200_000;
const MAX_TIME = 253_402_300_799_999;
/** Text of a value, in a message at most. */
const MAX_SHOWN = 100;

/**
 * Reads the body of ListJobs' answer. On the wire a time is a JSON number of seconds with milliseconds as its fraction;
 * absent and `null` are the same. Source: AWS IoT API Reference, ListJobs, Response Syntax.
 *
 * A field of a job that is of another type is left out and reported: one such job must not fail every snapshot from then
 * on. The shape of the page itself is not negotiable: without it jobs would be lost unseen.
 *
 * @throws SyntaxError when the page is not what the API documents
 */
export function parseJobsPage(body: string): JobsPage {
  const { jobs, nextToken } = record(JSON.parse(body), 'the body');
  if (jobs != null && !Array.isArray(jobs)) throw unexpected('jobs', jobs);
  if (nextToken != null && typeof nextToken !== 'string') throw unexpected('nextToken', nextToken);
  const reader = new JobReader();
  return {
    jobs: (jobs ?? []).map((job) => reader.read(record(job, 'a job'))),
    ...(nextToken ? { nextToken } : {}),
    ...(reader.oddFields.size > 0 && { oddFields: reader.oddFields }),
  };
}

type RawJob = Readonly<Record<string, unknown>>;

class JobReader {
  readonly oddFields = new Map<JobSummary, readonly OddField[]>();
  #ofJob: OddField[] = [];

  read(job: RawJob): JobSummary {
    const summary = {
      jobArn: this.#text(job, 'jobArn'),
      jobId: this.#text(job, 'jobId'),
      thingGroupId: this.#text(job, 'thingGroupId'),
      targetSelection: this.#text(job, 'targetSelection'),
      status: this.#text(job, 'status'),
      createdAt: this.#epochMs(job, 'createdAt'),
      lastUpdatedAt: this.#epochMs(job, 'lastUpdatedAt'),
      completedAt: this.#epochMs(job, 'completedAt'),
      isConcurrent: this.#boolean(job, 'isConcurrent'),
    };
    if (this.#ofJob.length > 0) {
      this.oddFields.set(summary, this.#ofJob);
      this.#ofJob = [];
    }
    return summary;
  }

  #text(job: RawJob, field: keyof JobSummary): string | undefined {
    const value = job[field];
    return typeof value === 'string' ? value : this.#leaveOut(job, field, value);
  }

  #boolean(job: RawJob, field: keyof JobSummary): boolean | undefined {
    const value = job[field];
    return typeof value === 'boolean' ? value : this.#leaveOut(job, field, value);
  }

  #epochMs(job: RawJob, field: keyof JobSummary): number | undefined {
    const value = job[field];
    const ms = typeof value === 'number' ? Math.round(value * 1000) : Number.NaN;
    return ms >= MIN_TIME && ms <= MAX_TIME ? ms : this.#leaveOut(job, field, value);
  }

  #leaveOut(job: RawJob, field: keyof JobSummary, value: unknown): undefined {
    if (value == null) return;
    const names = [job.jobId, job.jobArn].filter((name) => typeof name === 'string');
    this.#ofJob.push({ job: names[0], field, value: shown(value) });
  }
}

function record(value: unknown, name: string): RawJob {
  if (typeof value !== 'object' || value === null) throw unexpected(name, value);
  return value as RawJob;
}

function unexpected(name: string, value: unknown): SyntaxError {
  return new SyntaxError(`ListJobs answered with ${name} = ${shown(value)}`);
}

function shown(value: unknown): string {
  return JSON.stringify(value).slice(0, MAX_SHOWN);
}
