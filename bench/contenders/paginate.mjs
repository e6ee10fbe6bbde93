/** A typical script with the SDK: its paginator, a page's lines in one write, gzip to a file. */
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { createGzip } from 'node:zlib';
import { IoTClient, paginateListJobs } from '@aws-sdk/client-iot';
import { measure } from './measure.mjs';
import { row, textOfDate } from './row.mjs';

const client = new IoTClient({});
await measure(async () => {
  const gzip = createGzip();
  const file = gzip.pipe(createWriteStream(process.env.BENCH_OUTPUT));
  const seen = new Set();
  for await (const { jobs = [] } of paginateListJobs({ client, pageSize: 250 }, { status: 'COMPLETED' })) {
    const fresh = jobs.filter(({ jobId }) => !seen.has(jobId) && seen.add(jobId));
    gzip.write(fresh.map((job) => `${row(job, textOfDate)}\n`).join(''));
  }
  gzip.end();
  await once(file, 'finish');
  return seen.size;
});
