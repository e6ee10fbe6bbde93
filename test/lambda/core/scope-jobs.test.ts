import { NOT_FOUND, ScopeJobs } from '../../../lambda/core/scope-jobs.ts';

const BEFORE = {
  status: 'SCHEDULED',
  targetSelection: 'SNAPSHOT',
  createdAt: 1,
  lastUpdatedAt: 2,
  completedAt: undefined,
  observedAt: 3,
  firstSeenAt: 3,
  statusSince: 3,
};

it.each([10, 1000, 10_000])('knows which of %d jobs were seen, in whatever order they are listed', (count) => {
  const jobs = new ScopeJobs();
  const ids = Array.from({ length: count }, (_, i) => `job-${i}`);
  for (const jobId of ids) jobs.add(jobId, { ...BEFORE, jobId, jobArn: `arn:aws:iot:eu-west-1:1:job/${jobId}` });
  expect(jobs.markSeen('another')).toBe(NOT_FOUND);
  // Every second one, beginning with the last.
  const listed = ids.filter((_, i) => i % 2 === 1).reverse();
  for (const id of listed) jobs.markKept(jobs.markSeen(id) as number);
  expect(listed.filter((id) => jobs.markSeen(id) !== undefined)).toEqual([]);
  expect([...jobs.notKept()].map(({ jobId }) => jobId)).toEqual(ids.filter((_, i) => i % 2 === 0));
});

it('takes little memory in thousands of scopes of few jobs', () => {
  const before = process.memoryUsage().arrayBuffers;
  const scopes = Array.from({ length: 2000 }, () => new ScopeJobs());
  const id = '61626364-6566-4768-a96a-6b6c6d6e6f70';
  for (const jobs of scopes) jobs.add(id, { ...BEFORE, jobId: id, jobArn: `arn:aws:iot:eu-west-1:1:job/${id}` });
  const kilobytes = (process.memoryUsage().arrayBuffers - before) / 1024;
  expect([scopes.filter(({ size }) => size === 1).length, kilobytes / scopes.length < 2]).toEqual([2000, true]);
});
