import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { createIotSource } from '../../lambda/aws/iot-source.ts';
import { S3Bucket } from '../../lambda/aws/s3-bucket.ts';
import { createS3History } from '../../lambda/aws/s3-history.ts';
import { systemClock } from '../../lambda/aws/system-clock.ts';
import { JOB_STATUSES, type JobStatus } from '../../lambda/contract/jobs.ts';
import { jobsKey, recordKey } from '../../lambda/contract/keys.ts';
import { exportSnapshot } from '../../lambda/core/export-snapshot.ts';
import { expectWholeSnapshot } from '../support/expect-whole-snapshot.ts';
import { type IotAnswer, LoopbackIot } from '../support/loopback-iot.ts';
import { LoopbackS3, type S3Fault } from '../support/loopback-s3.ts';
import { parseLines } from '../support/memory-store.ts';
import { ModelFleet } from '../support/model-fleet.ts';
import { Random } from '../support/random.ts';

const REQUEST = {
  accountId: '123456789012',
  region: 'eu-west-1',
  exportName: 'all',
  scheduledAt: Date.parse('2026-11-23T18:00:00Z'),
  statuses: JOB_STATUSES,
  thingGroups: [],
  thingGroupIds: [],
};
const client = { region: 'eu-west-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } };

const BAD_ANSWERS: readonly IotAnswer[] = [
  { status: 400, errorType: 'ThrottlingException', body: { message: 'Rate exceeded' } },
  { status: 500, errorType: 'InternalFailureException' },
  { status: 503, errorType: 'ServiceUnavailableException' },
  { fault: 'reset' },
  { body: { jobs: [{ jobId: 'never-there' }] }, fault: 'reset-in-body' },
  { body: '{"jobs":[{"jobId":"never-there"}' },
];
const S3_BEFORE: readonly S3Fault[] = [
  { status: 500, code: 'InternalError' },
  { status: 503, code: 'SlowDown' },
  { status: 409, code: 'ConditionalRequestConflict' },
  'reset',
];

/** Tests the SDK's own retries and errors over HTTP; the property tests of the core rely on them. */
it('a snapshot over network faults is whole, or the run fails and leaves no record', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(), fc.constantFrom(0.02, 0.1), async (seed, trouble) => {
      const random = new Random(seed);
      const fleet = new ModelFleet(
        { jobs: 30, groups: [], missingGroup: 'error', pageSize: 9, moves: 0.05, births: 0.2, oddities: 0.1 },
        random,
      );
      const iot = new LoopbackIot();
      const s3 = new LoopbackS3();
      try {
        iot.answer = ({ status, nextToken }) =>
          random.chance(trouble)
            ? random.pick(BAD_ANSWERS)
            : { body: fleet.list({ status: status as JobStatus, ...(nextToken && { nextToken }) }) };
        s3.before = () => (random.chance(trouble) ? random.pick(S3_BEFORE) : undefined);
        s3.after = ({ method }) => (method === 'PUT' && random.chance(trouble) ? 'reset' : undefined);
        const source = createIotSource({
          clock: systemClock,
          callsPerSecond: 1000,
          client: { ...client, endpoint: await iot.start(), retryMode: 'standard' },
        });
        const bucket = new S3Bucket({ bucket: 'history', client: { ...client, endpoint: await s3.start() } });
        const history = createS3History(bucket);
        const from = fleet.moment;
        const run = exportSnapshot(REQUEST, { clock: systemClock, source, ...history }, Number.POSITIVE_INFINITY);
        const [outcome] = await Promise.allSettled([run]);
        const hasRecord = s3.objects.has(`history/${recordKey(REQUEST)}`);
        expect(hasRecord).toBe(s3.objects.has(`history/${jobsKey(REQUEST)}`) && outcome?.status === 'fulfilled');
        if (outcome?.status === 'rejected') expect(outcome.reason.name).toMatch(/^(ThrottledOut|\w+Unavailable)Error$/);
        if (outcome?.status !== 'fulfilled') return;
        expect(outcome.value.outcome).toBe('written');
        const [rows, record] = [jobsKey(REQUEST), recordKey(REQUEST)].map(
          (key) => s3.objects.get(`history/${key}`)?.body,
        );
        expectWholeSnapshot({
          wanted: REQUEST,
          fleet,
          record: JSON.parse(String(record)),
          rows: parseLines(gunzipSync(rows as Buffer).toString()),
          body: rows as Buffer,
          during: { from, to: fleet.moment },
        });
      } finally {
        await Promise.all([iot.stop(), s3.stop()]);
      }
    }),
    { numRuns: 25 },
  );
}, 120_000);
