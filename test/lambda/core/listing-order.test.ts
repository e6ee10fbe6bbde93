import type { JobStatus } from '../../../lambda/contract/jobs.ts';
import { JOBS_KEY, RECORD_KEY, setUp } from '../../support/export-run.ts';
import { job, page } from '../../support/scripted-source.ts';

describe('the order of the listings', () => {
  const listedStatuses = async (statuses: readonly JobStatus[]) => {
    const { run, source } = setUp(() => page([]));
    await run({ statuses });
    return source.queries.map(({ status }) => status);
  };

  it('has SCHEDULED again after IN_PROGRESS, where jobs go from there at the end of a maintenance window', async () => {
    expect(await listedStatuses(['COMPLETED', 'IN_PROGRESS', 'SCHEDULED'])).toEqual([
      'SCHEDULED',
      'IN_PROGRESS',
      'SCHEDULED',
      'COMPLETED',
    ]);
  });

  it('has SCHEDULED once where IN_PROGRESS is not requested', async () => {
    expect(await listedStatuses(['SCHEDULED', 'COMPLETED'])).toEqual(['SCHEDULED', 'COMPLETED']);
    expect(await listedStatuses(['IN_PROGRESS', 'COMPLETED'])).toEqual(['IN_PROGRESS', 'COMPLETED']);
  });
});

describe('a job whose maintenance window ends during the run', () => {
  it('is in the snapshot, as SCHEDULED and in the count of SCHEDULED, though it went back after that was listed', async () => {
    const { run, store } = setUp(({ status }, call) => {
      if (call === 2) return page(['went-back', 'early'], undefined, 'SCHEDULED');
      return status === 'SCHEDULED' ? page(['early'], undefined, status) : page([]);
    });
    await run();
    expect(store.rows(JOBS_KEY).map((row) => [row.job_id, row.status])).toEqual([
      ['early', 'SCHEDULED'],
      ['went-back', 'SCHEDULED'],
    ]);
    const { listings } = store.record(RECORD_KEY);
    expect(listings.map(({ status, job_count }) => [status, job_count])).toEqual([
      ['SCHEDULED', 2],
      ['IN_PROGRESS', 0],
      ['COMPLETED', 0],
      ['CANCELED', 0],
      ['DELETION_IN_PROGRESS', 0],
    ]);
  });

  it('does not bring a job without id and ARN a second time', async () => {
    const { run, store } = setUp(({ status }) => ({ jobs: status === 'SCHEDULED' ? [{ status }, job('a')] : [] }));
    await run();
    expect(store.rows(JOBS_KEY)).toHaveLength(2);
  });
});

it('reports the odd fields of a job once, though its status is listed twice', async () => {
  const odd = job('a');
  const oddFields = new Map([[odd, [{ job: 'a', field: 'createdAt' as const, value: '"x"' }]]]);
  const { run } = setUp(({ status }) => (status === 'SCHEDULED' ? { jobs: [odd], oddFields } : page([])));
  const reported: string[] = [];
  await run({}, { oddFields: (fields) => reported.push(...fields.map(({ field }) => field)) });
  expect(reported).toEqual(['createdAt']);
});

it('takes jobs with an empty id for those that their ARNs name', async () => {
  const jobs = ['a', 'b'].map((id) => ({ ...job(id), jobId: '' }));
  const { run } = setUp(({ status }) => ({ jobs: status === 'COMPLETED' ? [...jobs, ...jobs] : [] }));
  expect((await run()).jobCount).toBe(2);
});
