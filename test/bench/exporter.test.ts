import { rivals } from '../../bench/rivals.ts';
import { type Figure, summaryOf, tableLine, verdictOf } from '../../bench/table.ts';
import { cellsOf, runScript } from './run-benchmark.ts';

const FIGURE: Figure = { name: 'CPU', against: 'a rival', value: 0.5, goal: 0.75, unit: '', detail: '1 s to 2 s' };

test('a small run measures each figure, judges none, and says what it lacks for the boto3 script', () => {
  const { status, stdout, stderr } = runScript('bench/run.ts', ['--small'], { BENCH_PYTHON: '/nowhere/python' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const rows = cellsOf(stdout);
  expect(rows.map(([name, against]) => `${name}: ${against}`)).toEqual([
    'bundle: a default esbuild of the same',
    'load time of the bundle: a default esbuild of the same',
    'CPU per 1,000 jobs: a boto3 paginator script',
    'CPU per 1,000 jobs: paginateListJobs of the SDK',
    'CPU per 1,000 jobs: raw HTTP and JSON.parse, the floor',
    'growth of CPU: 10 times the jobs',
    'wall time at the rate limit: calls ÷ rate',
    'peak memory, 1,000 jobs in one scope: a function of 512 MB',
    'CPU, 1,000 jobs with a snapshot before of as many: the same without one',
    'peak memory, 1,000 jobs with a snapshot before of as many: a function of 512 MB',
    'wall time that a snapshot before adds, 1,000 jobs: the same without one',
    'CPU, 1,000 jobs in four invocations: the same in one',
    'peak memory, 1,000 jobs in four invocations: a function of 512 MB',
    'CPU, 1,000 jobs in four invocations, with a snapshot before of as many: the same in one',
    'peak memory, 1,000 jobs in four invocations, with a snapshot before of as many: a function of 512 MB',
    'CPU that describing 500 jobs adds: DescribeJobCommand of the SDK',
    'time of listing while as many calls describe jobs, 5 pages: the same without details',
  ]);
  const [boto3, ...others] = rows.toSorted(
    ([, a], [, b]) => Number(b?.includes('boto3')) - Number(a?.includes('boto3')),
  );
  expect(boto3?.[2]).toBe('not measured');
  expect(boto3?.[4]).toMatch(
    /^\/nowhere\/python cannot import boto3 \(.*ENOENT\): set BENCH_PYTHON to a Python that has it$/,
  );
  for (const [name, , measured] of others)
    expect([name, measured]).toEqual([name, expect.stringMatching(/^(\d+(\.\d+)?( [kM]B)?|-?\d+ ms)$/)]);
  expect(rows.map(([, , , goal]) => goal)).toEqual(rows.map(() => 'not judged'));
  expect(stdout).toMatch(/\n\nSmall run: 16 figures measured, 1 not measured; no goal is judged\n$/);
});

test('a Python without boto3 is distinguished from one that has it', () => {
  // Node stands for a Python that cannot import it: it takes -c as an option of its own and fails.
  const [boto3, ...others] = rivals(process.execPath);
  expect(boto3?.unavailable).toContain(`${process.execPath} cannot import boto3 (`);
  expect(others.map(({ unavailable }) => unavailable)).toEqual([undefined, undefined]);
  expect(rivals('true')[0]?.unavailable).toBeUndefined();
});

test('a goal is met, missed, or not measured, and what was not measured is not met', () => {
  const missed = { ...FIGURE, value: 0.8 };
  const unmeasured = { ...FIGURE, value: null, detail: 'no boto3' };
  expect([FIGURE, missed, unmeasured].map(verdictOf)).toEqual(['met', 'missed', 'not measured']);
  expect(tableLine(FIGURE, false)).toBe('| CPU | a rival | 0.5 | ≤ 0.75 | 1 s to 2 s |');
  expect(tableLine(missed, false)).toBe('| CPU | a rival | 0.8 **missed** | ≤ 0.75 | 1 s to 2 s |');
  expect(tableLine(unmeasured, false)).toBe('| CPU | a rival | not measured | ≤ 0.75 | no boto3 |');
  expect(summaryOf([FIGURE, missed, unmeasured], false)).toBe('Goals: 1 met, 1 missed, 1 not measured');
});

test.each([Number.NaN, Number.POSITIVE_INFINITY, 0])('a value of %p is no figure, also in a small run', (value) => {
  const text = `The figure "CPU" against "a rival" must be a number above 0; got ${value}`;
  expect(() => tableLine({ ...FIGURE, value }, true)).toThrow(text);
});

test('an option that is not there is refused with a message alone', () => {
  const { status, stdout, stderr } = runScript('bench/run.ts', ['--smal']);
  expect({ status, stdout, stderr }).toEqual({
    status: 1,
    stdout: '',
    stderr: "error: unknown option '--smal'\n(Did you mean --small?)\n",
  });
});
