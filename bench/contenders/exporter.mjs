/**
 * The shipped bundle, called as Lambda calls it. BENCH_AT is the scheduled time, BENCH_EVENT has other fields of the event. Also
 * prints the milliseconds until the last answer to ListJobs, and the number of answers to DescribeJob.
 */
import { subscribe } from 'node:diagnostics_channel';
import { measure } from './measure.mjs';

let [listedAt, described] = [0, 0];
subscribe('http.client.response.finish', ({ request: { path } }) => {
  if (path.startsWith('/jobs?')) listedAt = performance.now();
  else if (path.startsWith('/jobs/')) described += 1;
});

// Powertools logs to the console, where its lines would mix with the figures.
process.env.POWERTOOLS_LOG_LEVEL = 'SILENT';
const { handler } = await import('../../dist/lambda/index.cjs');
const scheduledTime = process.env.BENCH_AT ?? '2026-01-01T00:00:00Z';
const fields = JSON.parse(process.env.BENCH_EVENT ?? '{}');
const event = { export: 'all', scheduledTime, statuses: ['COMPLETED'], ...fields };
const context = {
  invokedFunctionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:exporter',
  getRemainingTimeInMillis: () => 900_000,
};
const write = process.stdout.write.bind(process.stdout);
await measure(
  async () => {
    process.stdout.write = () => true;
    const { jobCount } = await handler(event, context);
    process.stdout.write = write;
    return jobCount;
  },
  (startedAt) => ({ listedMs: listedAt - startedAt, described }),
);
