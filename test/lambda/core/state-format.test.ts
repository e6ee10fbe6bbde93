import { createHash } from 'node:crypto';
import { createSHA256 } from 'hash-wasm';
import { savePredecessor, savePredecessorMarks } from '../../../lambda/core/saved-predecessor.ts';
import { type JobBefore, ScopeJobs } from '../../../lambda/core/scope-jobs.ts';
import { SeenJobs } from '../../../lambda/core/seen-jobs.ts';
import { packState } from '../../../lambda/core/state-bytes.ts';

const NOW = Date.parse('2026-11-23T18:00:00Z');
const UUID = '61626364-6566-4768-a96a-6b6c6d6e6f70';

/**
 * Digests of the head and the blobs of one state in each format. Where the state becomes other bytes, give the format of
 * packState the next number, and write the new digests under it: an older or newer function that continues a run just
 * then, begins it again. Without the number, it would misread the state.
 */
const DIGESTS: Readonly<Record<number, string>> = {
  1: 'baf4427dbf8889e46fc19dc868618386614596c3ae794c78dfe882a9b528fc92',
};

function jobsOf(...ids: readonly string[]): ScopeJobs {
  const jobs = new ScopeJobs();
  for (const [i, jobId] of ids.entries()) {
    const job: JobBefore = {
      jobId,
      jobArn: i === 3 ? null : `arn:aws:iot:eu-west-1:123456789012:job/${jobId}`,
      status: i % 2 ? 'COMPLETED' : null,
      targetSelection: 'SNAPSHOT',
      createdAt: NOW - i * 1000,
      lastUpdatedAt: i === 2 ? 0 : NOW,
      completedAt: i % 2 ? NOW + i : undefined,
      observedAt: NOW + i,
      firstSeenAt: NOW,
      statusSince: NOW,
    };
    jobs.add(jobId, job);
  }
  return jobs;
}

it('a state stays the same bytes as long as its format has the same number', async () => {
  const scope = jobsOf(UUID, 'firmware-1', 'firmware-2', 'firmware-3', UUID.replace('6', '7'));
  const seen = new SeenJobs();
  seen.enterScope(scope);
  for (const jobId of [UUID, 'firmware-2', 'new', UUID.replace('6', '8')]) seen.take({ jobId }, false);
  const predecessor = {
    snapshot: { accountId: '123456789012', region: 'eu-west-1', exportName: 'all', scheduledAt: NOW },
    record: JSON.parse('{"snapshot_id":"20261123T180000Z-all","job_count":5}'),
    jobs: new Map([
      ['[null,null]', scope],
      ['["fleet",null]', jobsOf('a', 'x'.repeat(2000), '\ud83d')],
    ]),
  };
  const { blobs, head } = packState({
    rows: savePredecessor(predecessor),
    marks: savePredecessorMarks(predecessor),
    unlinked: savePredecessor({ reason: 'UNREADABLE', error: new TypeError('odd') }),
    seen: seen.save(),
    // GzipRows saves it, and another build of hash-wasm refuses it.
    hash: (await createSHA256()).update('rows').save(),
    odd: [undefined, -0, Number.NaN, { $: '\ud83d' }],
  });
  const digest = createHash('sha256');
  for (const blob of blobs) digest.update(blob);
  const text = head();
  const { format } = JSON.parse(text.slice(text.indexOf('\n')));
  expect(digest.update(text).digest('hex')).toBe(DIGESTS[format]);
});
