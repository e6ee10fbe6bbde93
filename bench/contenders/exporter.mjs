/**
 * The shipped bundle, called as Lambda calls it. BENCH_EVENT has fields of the event beside its time, which is BENCH_AT. Prints
 * besides after how many milliseconds the last answer to ListJobs was there, and how many answers to DescribeJob there were.
 */
import { subscribe } from 'node:diagnostics_channel';
import { measure } from './measure.mjs';

let [listedAt, described] = [0, 0];
subscribe('http.client.response.finish', ({ request: { path } }) => {
  if (path.startsWith('/jobs?')) listedAt = performance.now();
  else if (path.startsWith('/jobs/')) described += 1;
});

// Powertools writes its lines by the console; here they would be in the way of the figures.
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
