import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BundleOptions, runBundle, startBundle } from '../support/bundle.ts';

const folder = mkdtempSync(join(tmpdir(), 'bundle-process-'));
const options: BundleOptions = { iot: 'http://iot', s3: 'http://s3', bundle: join(folder, 'index.cjs') };
/** Answers the number of its invocations, the number of its process, and its endpoints. */
const HANDLER = `
let count = 0;
exports.handler = async ({ logs, hangs }) => {
  count += 1;
  if (logs) console.log(JSON.stringify({ logs }));
  if (hangs) await new Promise((resolve) => setTimeout(resolve, 60_000));
  const endpoints = Object.entries(process.env).filter(([name]) => name.startsWith('AWS_ENDPOINT_URL'));
  return { count, pid: process.pid, endpoints: Object.fromEntries(endpoints) };
};`;

beforeAll(() => writeFileSync(join(folder, 'index.cjs'), HANDLER));
afterAll(() => rmSync(folder, { recursive: true }));

async function answerOf(own: Partial<BundleOptions> = {}, event = {}) {
  const { answer, lines } = await runBundle(event, { ...options, ...own });
  return { ...(answer as unknown as { count: number; pid: number; endpoints: Record<string, string> }), lines };
}

// Tests of the functions share processes, so what is left of one test must not be seen by the next.
describe('a process of a bundle', () => {
  it('has one invocation after another, each with its own endpoints and lines', async () => {
    const first = await answerOf({}, { logs: 'first' });
    const second = await answerOf({ s3: 'http://other' }, { logs: 'second' });
    expect([second.pid, second.count]).toEqual([first.pid, first.count + 1]);
    expect(second.endpoints).toEqual({ AWS_ENDPOINT_URL_IOT: 'http://iot', AWS_ENDPOINT_URL_S3: 'http://other' });
    expect([first.lines, second.lines]).toEqual([[{ logs: 'first' }], [{ logs: 'second' }]]);
  });

  it('has no endpoint of an earlier invocation', async () => {
    const variables = { AWS_ENDPOINT_URL_GLUE: 'http://glue' };
    const withGlue = await answerOf({ variables });
    const without = await answerOf({ variables: { AWS_ENDPOINT_URL_GLUE: undefined } });
    expect(withGlue.endpoints).toHaveProperty('AWS_ENDPOINT_URL_GLUE', 'http://glue');
    expect(without.endpoints).not.toHaveProperty('AWS_ENDPOINT_URL_GLUE');
  });

  it('has no other variable of an earlier invocation', async () => {
    const [fast, slow] = [{ LIST_JOBS_PER_SECOND: '1' }, { LIST_JOBS_PER_SECOND: '2' }];
    const answers = [await answerOf({ variables: fast }), await answerOf({ variables: slow })];
    expect(answers.map(({ count }) => count)).toEqual([1, 1]);
  });

  it('is not used again after it was killed', async () => {
    const { process, ended } = startBundle({ hangs: true }, options);
    process.kill('SIGKILL');
    expect(await ended).toMatchObject({ signal: 'SIGKILL' });
    expect((await answerOf()).pid).not.toBe(process.pid);
  });

  it('has no other invocation at the same time', async () => {
    const answers = await Promise.all([answerOf(), answerOf(), answerOf()]);
    expect(new Set(answers.map(({ pid }) => pid)).size).toBe(3);
  });
});
