/** The shipped bundle, called as Lambda calls it. */
import { measure } from './measure.mjs';

// Powertools writes its lines by the console; here they would be in the way of the figures.
process.env.POWERTOOLS_LOG_LEVEL = 'SILENT';
const { handler } = await import('../../dist/lambda/index.mjs');
const event = { export: 'all', scheduledTime: process.env.BENCH_AT ?? '2026-01-01T00:00:00Z', statuses: ['COMPLETED'] };
const context = {
  invokedFunctionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:exporter',
  getRemainingTimeInMillis: () => 900_000,
};
const write = process.stdout.write.bind(process.stdout);
await measure(async () => {
  process.stdout.write = () => true;
  const { jobCount } = await handler(event, context);
  process.stdout.write = write;
  return jobCount;
});
