/**
 * One invocation of the shipped bundle in its own process, whose start counts, too. Prints as JSON the answer, the CPU time in ms
 * and the peak memory in MB. BENCH_EVENT is the event; after BENCH_PAGES pages the time for listing is over.
 */
import { subscribe } from 'node:diagnostics_channel';

/** Time of an invocation, and the part of it that is reserved for writes, logs and metrics. */
const INVOCATION_MS = 900_000;
const RESERVED_MS = 63_000;

// The clock jumps ahead, so that nobody waits. Only the bundle uses it: timers use another clock.
const now = performance.now.bind(performance);
let jumpMs = 0;
performance.now = () => now() + jumpMs;
let pages = Number(process.env.BENCH_PAGES);
subscribe('http.client.response.finish', ({ request }) => {
  if (!request.path.startsWith('/jobs')) return;
  pages -= 1;
  if (pages === 0) jumpMs = INVOCATION_MS - RESERVED_MS;
});

process.env.POWERTOOLS_LOG_LEVEL = 'SILENT';
const { handler } = await import('../../dist/lambda/index.cjs');
const write = process.stdout.write.bind(process.stdout);
process.stdout.write = () => true;
const answer = await handler(JSON.parse(process.env.BENCH_EVENT), {
  invokedFunctionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:exporter',
  getRemainingTimeInMillis: () => INVOCATION_MS,
});
process.stdout.write = write;
const { user, system } = process.cpuUsage();
const cpuMs = (user + system) / 1000;
console.log(JSON.stringify({ answer, cpuMs, peakMb: process.resourceUsage().maxRSS / 1024 }));
process.exit();
