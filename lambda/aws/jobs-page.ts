import type { JobSummary, JobsPage, OddField } from '../ports.ts';
import { AnswerFields, structureOf, summaryOf, unexpectedValue } from './answer-fields.ts';

const OPERATION = 'ListJobs';

/**
 * Reads the body of ListJobs' answer. Times are JSON numbers of seconds, whose fraction has milliseconds; absent and `null`
 * are the same. Source: AWS IoT API Reference, ListJobs, Response Syntax.
 *
 * A field of a job that has another type is left out and reported: one such job must not fail every later snapshot. A page
 * of another shape is an error: jobs would be lost unnoticed.
 *
 * @throws SyntaxError when the page is not what the API documents
 */
export function parseJobsPage(body: string): JobsPage {
  const { jobs, nextToken } = structureOf(JSON.parse(body), OPERATION, 'the body');
  if (jobs != null && !Array.isArray(jobs)) throw unexpectedValue(OPERATION, 'jobs', jobs);
  if (nextToken != null && typeof nextToken !== 'string') throw unexpectedValue(OPERATION, 'nextToken', nextToken);
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
