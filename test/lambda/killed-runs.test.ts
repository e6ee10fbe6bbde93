import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import type { ChangeRow, JobRow, SnapshotRecord } from '../../lambda/contract/columns.ts';
import { runBundle, startBundle } from '../support/bundle.ts';
import { LoopbackIot } from '../support/loopback-iot.ts';
import { LoopbackS3 } from '../support/loopback-s3.ts';
import { parseLines } from '../support/memory-store.ts';

const EVENT = {
  export: 'all',
  scheduledTime: '2026-11-23T18:00:00Z',
  thingGroups: ['eu', 'gone'],
  statuses: ['COMPLETED'],
};
const PREFIXES = ['intents/', 'jobs/', 'snapshots/'] as const;

let iot: LoopbackIot;
let s3: LoopbackS3;
let endpoints: { iot: string; s3: string };
/** Jobs that the fleet holds now. */
let fleet: string[];

beforeEach(async () => {
  iot = new LoopbackIot();
  s3 = new LoopbackS3();
  endpoints = { iot: await iot.start(), s3: await s3.start() };
  fleet = ['a', 'b', 'c'];
  iot.answer = ({ thingGroupName, nextToken }) => {
    if (thingGroupName === 'gone') return { status: 404, errorType: 'ResourceNotFoundException' };
    const position = Number(nextToken ?? 0);
    const jobs = fleet.slice(position, position + 1).map((jobId) => ({ jobId, status: 'COMPLETED' }));
    return { body: { jobs, nextToken: position + 1 < fleet.length ? String(position + 1) : null } };
  };
});
afterEach(async () => {
  await iot.stop();
  await s3.stop();
});

const keys = (prefix: string) => [...s3.objects.keys()].filter((key) => key.startsWith(`history/${prefix}`));
const body = (prefix: string) => s3.objects.get(keys(prefix)[0] as string)?.body as Buffer;
const jobIds = () => parseLines<JobRow>(gunzipSync(body('jobs/')).toString()).map((row) => row.job_id);

/** Starts a delivery that is killed at the moment that `arm` waits for. */
async function killed(arm: (kill: () => void) => void): Promise<void> {
  const running = startBundle(EVENT, endpoints);
  arm(() => running.process.kill('SIGKILL'));
  expect(await running.ended).toMatchObject({ signal: 'SIGKILL' });
  s3.after = () => undefined;
}

describe('killed', () => {
  it.each(PREFIXES)('right after its put of %s, and delivered again, it ends in one whole snapshot', async (prefix) => {
    await killed((kill) => {
      s3.after = ({ method, path }) => {
        if (method !== 'PUT' || !path.startsWith(`history/${prefix}`)) return undefined;
        kill();
        return 'hang';
      };
    });
    const existing = new Map(s3.objects);
    const calls = iot.queries.length;
    fleet = ['b', 'd'];

    const { answer, error } = await runBundle(EVENT, endpoints);
    expect(error).toBeUndefined();
    for (const [key, object] of existing) expect(s3.objects.get(key)).toBe(object);
    expect([keys('jobs/').length, keys('snapshots/').length]).toEqual([1, 1]);
    const record = JSON.parse(body('snapshots/').toString());
    expect(record.listings.map((listing: { missing: boolean }) => listing.missing)).toEqual([false, true]);

    const isAnew = prefix === 'intents/';
    expect(answer?.outcome).toBe(
      { 'intents/': 'written', 'jobs/': 'recovered', 'snapshots/': 'already-written' }[prefix],
    );
    expect(jobIds()).toEqual(isAnew ? ['b', 'd'] : ['a', 'b', 'c']);
    expect(iot.queries.length > calls).toBe(isAnew);
  });

  it('in the middle of listing it leaves nothing, and the next delivery begins again', async () => {
    const answer = iot.answer;
    await killed((kill) => {
      iot.answer = (query, call) => {
        if (call < 2) return answer(query, call);
        kill();
        return { fault: 'hang' };
      };
    });
    expect(s3.objects.size).toBe(0);
    iot.answer = answer;
    expect((await runBundle(EVENT, endpoints)).answer).toMatchObject({ outcome: 'written', jobCount: 3 });
  });
});

describe('killed where an earlier snapshot exists', () => {
  const EARLIER = { ...EVENT, scheduledTime: '2026-11-23T17:00:00Z' };
  const ID = '20261123T180000Z-all';
  /** In the order of the puts. */
  const PUTS = [
    ['changes among the intents', /^history\/intents\/.*\.changes\.ndjson\.gz$/],
    ['intent', /^history\/intents\/.*\.json$/],
    ['rows', /^history\/jobs\//],
    ['changes', /^history\/changes\//],
    ['record', /^history\/snapshots\//],
  ] as const;
  const own = (prefix: string) => keys(prefix).filter((key) => key.includes(ID));
  const bodyOf = (prefix: string) => s3.objects.get(own(prefix)[0] as string)?.body as Buffer;
  const changes = () => parseLines<ChangeRow>(gunzipSync(bodyOf('changes/')).toString());
  const changeLines = () => changes().map(({ change, job_id }) => `${change} ${job_id}`);

  beforeEach(async () => {
    fleet = ['a', 'b', 'old'];
    await runBundle(EARLIER, endpoints);
    fleet = ['a', 'b', 'c'];
  });

  const rowsBefore = () => keys('jobs/').find((key) => !key.includes(ID));

  describe.each([
    ['whose rows stay', () => {}],
    ['whose rows are deleted meanwhile', () => void s3.objects.delete(rowsBefore() ?? '')],
  ])('%s', (_, meanwhile) => {
    it.each(PUTS)(
      'right after its put of the %s, and delivered again, it ends in one whole snapshot',
      async (what, path) => {
        await killed((kill) => {
          s3.after = (request) => {
            if (request.method !== 'PUT' || !path.test(request.path)) return undefined;
            kill();
            return 'hang';
          };
        });
        meanwhile();
        const existing = new Map(s3.objects);
        const calls = iot.queries.length;
        fleet = ['b', 'd'];

        const { answer, error, lines } = await runBundle(EVENT, endpoints);
        expect(error).toBeUndefined();
        for (const [key, object] of existing) expect(s3.objects.get(key)).toBe(object);

        const isAnew = what === 'changes among the intents' || what === 'intent';
        expect(answer?.outcome).toBe(isAnew ? 'written' : what === 'record' ? 'already-written' : 'recovered');
        expect(iot.queries.length > calls).toBe(isAnew);
        const record: SnapshotRecord = JSON.parse(bodyOf('snapshots/').toString());
        const isUnreadable = isAnew && rowsBefore() === undefined;
        expect(record).toMatchObject(
          isUnreadable
            ? { previous_snapshot_id: null, unlinked_reason: 'UNREADABLE', change_count: null, changes_key: null }
            : { previous_snapshot_id: '20261123T170000Z-all', unlinked_reason: null },
        );
        expect(own('jobs/').length + own('snapshots/').length).toBe(2);
        expect(own('changes/')).toHaveLength(isUnreadable ? 0 : 1);
        if (isUnreadable) {
          expect(lines.find(({ level }) => level === 'WARN')).toMatchObject({
            reason: expect.stringMatching(/^StoreRefusedError: .*NoSuchKey/),
          });
          return;
        }
        expect(changeLines()).toEqual(
          isAnew ? ['APPEARED d', 'VANISHED a', 'VANISHED old'] : ['APPEARED c', 'VANISHED old'],
        );
        expect(record.change_count).toBe(changeLines().length);
        expect(record.changes_sha256).toBe(createHash('sha256').update(bodyOf('changes/')).digest('hex'));
      },
    );
  });

  it('and killed once more in its recovery, right after the changes, it is completed by the third delivery', async () => {
    for (const path of [/^history\/jobs\//, /^history\/changes\//]) {
      await killed((kill) => {
        s3.after = (request) => {
          if (request.method !== 'PUT' || !path.test(request.path)) return undefined;
          kill();
          return 'hang';
        };
      });
      s3.objects.delete(rowsBefore() ?? '');
    }
    fleet = [];
    expect((await runBundle(EVENT, endpoints)).answer).toMatchObject({ outcome: 'recovered', jobCount: 3 });
    expect(changeLines()).toEqual(['APPEARED c', 'VANISHED old']);
  });

  it('delivered at once, 5 times, all end in one snapshot with its changes', async () => {
    const runs = await Promise.all(Array.from({ length: 5 }, () => runBundle(EVENT, endpoints)));
    expect(runs.map((run) => run.error)).toEqual(runs.map(() => undefined));
    const record: SnapshotRecord = JSON.parse(bodyOf('snapshots/').toString());
    expect([own('jobs/').length, own('changes/').length, own('snapshots/').length]).toEqual([1, 1, 1]);
    expect(record.changes_sha256).toBe(createHash('sha256').update(bodyOf('changes/')).digest('hex'));
    expect(changeLines()).toEqual(['APPEARED c', 'VANISHED old']);
  });
});

describe('delivered at once', () => {
  it.each([2, 10])('%d times, it ends in one snapshot that all of them answer', async (times) => {
    const runs = await Promise.all(Array.from({ length: times }, () => runBundle(EVENT, endpoints)));
    expect(runs.map((run) => run.error)).toEqual(runs.map(() => undefined));
    expect([keys('jobs/').length, keys('snapshots/').length]).toEqual([1, 1]);
    const outcomes = runs.map((run) => run.answer?.outcome);
    expect(outcomes.filter((outcome) => outcome === 'written').length).toBeLessThanOrEqual(1);
    expect(new Set(runs.map(({ answer }) => JSON.stringify({ ...answer, outcome: undefined }))).size).toBe(1);
    const record = JSON.parse(body('snapshots/').toString());
    expect(record.object_bytes).toBe(body('jobs/').length);
    expect(jobIds()).toEqual(['a', 'b', 'c']);
  });
});

it('a replay a day later, when the jobs have moved on, changes nothing and lists nothing', async () => {
  await runBundle(EVENT, endpoints);
  const existing = new Map(s3.objects);
  const calls = iot.queries.length;
  fleet = ['z'];
  expect((await runBundle(EVENT, endpoints)).answer).toMatchObject({ outcome: 'already-written', jobCount: 3 });
  expect([s3.objects, iot.queries.length]).toEqual([existing, calls]);
});
