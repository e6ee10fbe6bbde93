import fc from 'fast-check';
import type { SnapshotRecord } from '../../../lambda/contract/columns.ts';
import { scopeKey } from '../../../lambda/contract/scope.ts';
import type { Linked, Predecessor, Unlinked } from '../../../lambda/core/predecessor.ts';
import { loadPredecessor, savePredecessor, savePredecessorMarks } from '../../../lambda/core/saved-predecessor.ts';
import { ScopeJobs } from '../../../lambda/core/scope-jobs.ts';
import { DamagedRecordError } from '../../../lambda/errors.ts';
import { MINIMAL_RECORD } from '../../support/minimal-record.ts';
import { serializedCopy } from '../../support/serialized-copy.ts';

const NOW = Date.parse('2026-11-23T18:00:00Z');
const SNAPSHOT = { accountId: '123456789012', region: 'eu-west-1', exportName: 'all', scheduledAt: NOW };
const RECORD = {
  snapshot_id: '20261123T180000Z-all',
  snapshot_at: '2026-11-23 18:00:00.000',
  started_at: '2026-11-23 18:00:01.000',
  finished_at: '2026-11-23 18:00:02.000',
  job_count: 3,
  listings: [
    { thing_group_name: null, queried_thing_group_id: null, status: 'COMPLETED', job_count: 3, missing: false },
  ],
  object_key: 'jobs/20261123T180000Z-all.ndjson.gz',
  object_bytes: 400,
  object_sha256: 'ab'.repeat(32),
  exporter_version: '0.1.0',
  ...MINIMAL_RECORD,
  unlinked_reason: 'FIRST',
  schedule: { expression: 'rate(1 hour)', time_zone: 'UTC' },
} satisfies SnapshotRecord;

const again = (predecessor: Predecessor) =>
  loadPredecessor(serializedCopy(savePredecessor(predecessor)), serializedCopy(savePredecessorMarks(predecessor)));

function jobsOf(ids: readonly string[]): ScopeJobs {
  const jobs = new ScopeJobs();
  for (const [i, jobId] of ids.entries()) {
    jobs.add(jobId, {
      jobId,
      jobArn: `arn:aws:iot:eu-west-1:123456789012:job/${jobId}`,
      status: 'COMPLETED',
      targetSelection: 'SNAPSHOT',
      createdAt: NOW - i,
      lastUpdatedAt: NOW,
      completedAt: undefined,
      observedAt: NOW,
      firstSeenAt: NOW,
      statusSince: NOW,
    });
  }
  return jobs;
}

describe('a predecessor that is saved and loaded', () => {
  it('has the jobs of every scope, and which were seen', () => {
    const name = fc.oneof(fc.string({ unit: 'binary', maxLength: 5 }), fc.constantFrom('fleet', '__proto__', '$'));
    const scope = fc.record({ thing_group_name: fc.option(name), queried_thing_group_id: fc.option(name) });
    const ids = fc.uniqueArray(fc.oneof(fc.uuid(), fc.string({ minLength: 1 })), { maxLength: 4 });
    const scopes = fc.uniqueArray(fc.tuple(scope.map(scopeKey), ids), { selector: ([key]) => key, maxLength: 8 });
    fc.assert(
      fc.property(scopes, fc.array(fc.tuple(fc.nat(7), fc.nat(3))), (all, seen) => {
        const linked: Linked = {
          snapshot: SNAPSHOT,
          record: RECORD,
          jobs: new Map(all.map(([key, ids]) => [key, jobsOf(ids)])),
        };
        let loaded = again(linked) as Linked;
        for (const [scopeIndex, idIndex] of seen) {
          const [key = '', ids = []] = all[scopeIndex] ?? [];
          const [id, ours, theirs] = [ids[idIndex], loaded.jobs.get(key), linked.jobs.get(key)];
          if (id === undefined) continue;
          const number = theirs?.markSeen(id);
          expect(ours?.markSeen(id)).toBe(number);
          if (number !== undefined) for (const jobs of [ours, theirs]) jobs?.markKept(number);
          loaded = again(loaded) as Linked;
        }
        expect({ ...loaded, jobs: [...loaded.jobs.keys()] }).toEqual({ ...linked, jobs: [...linked.jobs.keys()] });
        for (const [key, jobs] of linked.jobs) {
          expect([...(loaded.jobs.get(key) as ScopeJobs).notKept()]).toEqual([...jobs.notKept()]);
        }
      }),
      { numRuns: 200 },
    );
  });

  it.each<[string, Unlinked]>([
    ['none before', { reason: 'FIRST' }],
    ['a late snapshot', { reason: 'LATE' }],
    ['one before without an error', { reason: 'UNREADABLE', snapshot: SNAPSHOT }],
  ])('is the same where there is none to compare with: %s', (_what, unlinked) => {
    expect(again(unlinked)).toEqual(unlinked);
  });

  it('has the name and the message of the error', () => {
    const error = new DamagedRecordError('no record', { cause: new TypeError('odd') });
    const { error: loaded } = again({ reason: 'UNREADABLE', snapshot: SNAPSHOT, error }) as Unlinked;
    expect(loaded).toBeInstanceOf(Error);
    expect([loaded?.name, loaded?.message]).toEqual(['DamagedRecordError', 'no record']);
  });

  it('keeps of the snapshot its identity alone', () => {
    const snapshot = { ...SNAPSHOT, run: { not: 'kept' } };
    expect(again({ reason: 'UNREADABLE', snapshot })).toEqual({ reason: 'UNREADABLE', snapshot: SNAPSHOT });
  });
});
