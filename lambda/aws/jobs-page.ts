import type { JobSummary, JobsPage } from '../ports.ts';

/** Epoch milliseconds of the years 0 to 9999, which a timestamp column can hold. */
const MIN_TIME = -62_167_219_200_000;
const MAX_TIME = 253_402_300_799_999;

/**
 * Reads the body of ListJobs' answer. On the wire a time is a JSON number of seconds with milliseconds as its fraction;
 * absent and `null` are the same.
 *
 * @throws SyntaxError when it is not what the API documents
 */
export function parseJobsPage(body: string): JobsPage {
  const { jobs, nextToken } = record(JSON.parse(body), 'the body');
  if (jobs != null && !Array.isArray(jobs)) throw unexpected('jobs', jobs);
  const token = text(nextToken, 'nextToken');
  return { jobs: (jobs ?? []).map(jobSummary), ...(token ? { nextToken: token } : {}) };
}

function jobSummary(value: unknown): JobSummary {
  const job = record(value, 'a job');
  return {
    jobArn: text(job.jobArn, 'jobArn'),
    jobId: text(job.jobId, 'jobId'),
    thingGroupId: text(job.thingGroupId, 'thingGroupId'),
    targetSelection: text(job.targetSelection, 'targetSelection'),
    status: text(job.status, 'status'),
    createdAt: epochMs(job.createdAt, 'createdAt'),
    lastUpdatedAt: epochMs(job.lastUpdatedAt, 'lastUpdatedAt'),
    completedAt: epochMs(job.completedAt, 'completedAt'),
    isConcurrent: truth(job.isConcurrent, 'isConcurrent'),
  };
}

function record(value: unknown, name: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) throw unexpected(name, value);
  return value as Record<string, unknown>;
}

function text(value: unknown, name: string): string | undefined {
  if (value == null) return undefined;
  if (typeof value !== 'string') throw unexpected(name, value);
  return value;
}

function truth(value: unknown, name: string): boolean | undefined {
  if (value == null) return undefined;
  if (typeof value !== 'boolean') throw unexpected(name, value);
  return value;
}

function epochMs(value: unknown, name: string): number | undefined {
  if (value == null) return undefined;
  const ms = typeof value === 'number' ? Math.round(value * 1000) : Number.NaN;
  if (!(ms >= MIN_TIME && ms <= MAX_TIME)) throw unexpected(name, value);
  return ms;
}

function unexpected(name: string, value: unknown): SyntaxError {
  return new SyntaxError(`ListJobs answered with ${name} = ${JSON.stringify(value)?.slice(0, 100)}`);
}
