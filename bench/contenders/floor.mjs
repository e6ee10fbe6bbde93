/** The lower bound: no SDK, no signing, no retries, no checks. */
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { Agent, get } from 'node:http';
import { createGzip } from 'node:zlib';
import { measure } from './measure.mjs';
import { row, textOfDate } from './row.mjs';

const agent = new Agent({ keepAlive: true });
const text = (seconds) => textOfDate(new Date(Math.round(seconds * 1000)));

async function page(token) {
  const query = `status=COMPLETED&maxResults=250${token ? `&nextToken=${token}` : ''}`;
  const [response] = await once(get(`${process.env.AWS_ENDPOINT_URL_IOT}/jobs?${query}`, { agent }), 'response');
  const chunks = [];
  for await (const chunk of response) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString());
}

await measure(async () => {
  const gzip = createGzip();
  const file = gzip.pipe(createWriteStream(process.env.BENCH_OUTPUT));
  const seen = new Set();
  let token;
  do {
    const { jobs, nextToken } = await page(token);
    const fresh = jobs.filter(({ jobId }) => !seen.has(jobId) && seen.add(jobId));
    gzip.write(fresh.map((job) => `${row(job, text)}\n`).join(''));
    token = nextToken;
  } while (token);
  gzip.end();
  await once(file, 'finish');
  return seen.size;
});
