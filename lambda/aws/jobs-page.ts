import type { JobSummary, JobsPage, OddField } from '../ports.ts';
import { AnswerFields, structureOf, summaryOf, unexpected } from './answer-fields.ts';

const OPERATION = 'ListJobs';

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
  const { jobs, nextToken } = structureOf(JSON.parse(body), OPERATION, 'the body');
  if (jobs != null && !Array.isArray(jobs)) throw unexpected(OPERATION, 'jobs', jobs);
  if (nextToken != null && typeof nextToken !== 'string') throw unexpected(OPERATION, 'nextToken', nextToken);
  const oddFields = new Map<JobSummary, readonly OddField[]>();
  const summaries = (jobs ?? []).map((job) => {
    const fields = new AnswerFields(structureOf(job, OPERATION, 'a job'));
    const summary = { ...summaryOf(fields), thingGroupId: fields.text('thingGroupId') };
    if (fields.oddFields) oddFields.set(summary, fields.oddFields);
    return summary;
  });
  return {
    jobs: summaries,
    ...(nextToken ? { nextToken } : {}),
    ...(oddFields.size > 0 && { oddFields }),
  };
}
