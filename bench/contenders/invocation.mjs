/**
 * One invocation of the shipped bundle in a process of its own, of which all counts: its start too. Prints as JSON what it
 * answered, and what it took: CPU time in ms, peak memory in MB. BENCH_EVENT is the event, BENCH_PAGES after how many pages
 * the time for listing is over.
 */
import { subscribe } from 'node:diagnostics_channel';

/** What an invocation has, and what of it is kept back for the writes and for last words. */
const INVOCATION_MS = 900_000;
const KEPT_BACK_MS = 63_000;

// The clock leaps, so that there is nothing to wait for. Only the bundle asks it: timers go by another one.
const now = performance.now.bind(performance);
let leapMs = 0;
performance.now = () => now() + leapMs;
let pages = Number(process.env.BENCH_PAGES);
subscribe('http.client.response.finish', ({ request }) => {
  if (!request.path.startsWith('/jobs')) return;
  pages -= 1;
  if (pages === 0) leapMs = INVOCATION_MS - KEPT_BACK_MS;
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
