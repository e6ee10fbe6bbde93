import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { CHANGES, type ChangeRow } from '../../../lambda/contract/columns.ts';
import { JOB_STATUSES } from '../../../lambda/contract/jobs.ts';
import { ACCOUNT_WIDE } from '../../../lambda/contract/scope.ts';
import { tallyChanges } from '../../../lambda/core/tally-changes.ts';
import { changesObject } from '../../support/put-snapshot.ts';

const scopeOf = (name: string) => ({ ...ACCOUNT_WIDE, thing_group_name: name });
const NEW = { change: 'APPEARED', reason: 'NEW', from_status: null } as const;
const GONE = { change: 'VANISHED', reason: 'GONE', to_status: null } as const;

it('counts a job that changed in several scopes once for each kind of change', async () => {
  const { jobs } = await tallyChanges(
    changesObject([
      { job_id: 'a', ...scopeOf('eu') },
      { job_id: 'a', ...scopeOf('us') },
      { job_id: 'b', ...scopeOf('us') },
      { job_id: 'a', ...scopeOf('uk'), ...NEW },
      { job_id: null, job_arn: 'arn:aws:iot:eu-west-1:123456789012:job/a', ...scopeOf('all') },
    ]),
  );
  expect(jobs).toEqual({ APPEARED: 1, MOVED: 2, VANISHED: 0 });
});

it('distinguishes a job from another one that had its id before', async () => {
  const { jobs } = await tallyChanges(
    changesObject([
      { job_id: 'a', ...scopeOf('eu'), ...GONE },
      { job_id: 'a', ...scopeOf('us'), ...GONE, created_at: '2026-11-21 00:00:00.000' },
    ]),
  );
  expect(jobs.VANISHED).toBe(2);
});

it('counts by scope and status who came there: who moved or is new for certain, who else appeared perhaps', async () => {
  const tally = await tallyChanges(
    changesObject([
      { job_id: 'a' },
      { job_id: 'b', ...NEW },
      { job_id: 'c', ...NEW, reason: 'NOT_ASKED_BEFORE' },
      { job_id: 'd', ...NEW, reason: 'MAY_HAVE_MOVED' },
      { job_id: 'e', ...NEW, reason: 'UNEXPLAINED' },
      { job_id: 'f', ...GONE },
      { job_id: 'g', to_status: 'CANCELED' },
      { job_id: 'h', to_status: null },
      { job_id: 'a', ...scopeOf('eu') },
    ]),
  );
  expect(tally.arrivals(ACCOUNT_WIDE, 'COMPLETED')).toEqual({ certain: 2, possible: 5 });
  expect(tally.arrivals(ACCOUNT_WIDE, 'CANCELED')).toEqual({ certain: 1, possible: 1 });
  expect(tally.arrivals(ACCOUNT_WIDE, 'IN_PROGRESS')).toEqual({ certain: 0, possible: 0 });
  expect(tally.arrivals(scopeOf('eu'), 'COMPLETED')).toEqual({ certain: 1, possible: 1 });
  expect(tally.arrivals({ ...ACCOUNT_WIDE, queried_thing_group_id: 'eu' }, 'COMPLETED').possible).toBe(0);
});

it('comes to what a plain count comes to, whatever the rows and wherever the pieces of the text end', async () => {
  const row: fc.Arbitrary<Partial<ChangeRow>> = fc
    .record({
      job_id: fc.oneof(fc.constantFrom('a', 'b', 'c'), fc.string({ unit: 'grapheme', minLength: 1 })),
      change: fc.constantFrom(...CHANGES),
      to_status: fc.constantFrom(...JOB_STATUSES, 'PAUSED'),
      thing_group_name: fc.constantFrom(null, 'eu', 'us'),
    })
    .map((fields) => ({ ...fields, ...(fields.change === 'VANISHED' && { to_status: null }) }));
  await fc.assert(
    fc.asyncProperty(fc.array(row, { maxLength: 300 }), async (rows) => {
      const { jobs, arrivals } = await tallyChanges(changesObject(rows));
      for (const change of CHANGES) {
        expect(jobs[change]).toBe(new Set(rows.filter((r) => r.change === change).map(({ job_id }) => job_id)).size);
      }
      const scope = scopeOf('eu');
      const there = rows.filter((r) => r.thing_group_name === 'eu' && r.to_status === 'CANCELED');
      expect(arrivals(scope, 'CANCELED').possible).toBe(there.length);
    }),
    { numRuns: 60 },
  );
});

it.each([
  ['nothing', Buffer.alloc(0), /unexpected end of file/],
  ['half of it', changesObject([{}]).subarray(0, 40), /unexpected end of file/],
  ['no gzip', Buffer.from('{}\n'), /incorrect header/],
  ['no JSON', gzipSync('x\n'), /JSON/],
  ['a line without its end', gzipSync('{}'), /does not end in a newline/],
])('throws where the object is %s', async (_what, object, message) => {
  await expect(tallyChanges(object)).rejects.toThrow(message);
});
