import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkExports } from '../../../hub/core/check-exports.ts';
import { typeCheck } from '../../../lambda/contract/column-types.ts';
import { EXPORT_HEALTH_COLUMNS, type HealthEvent } from '../../../lambda/contract/health.ts';
import { HEALTH_KEY, recordKey } from '../../../lambda/contract/keys.ts';

import { directoryHealth } from '../../../local/health/directory-health.ts';
import { directoryKeys } from '../../../local/health/directory-keys.ts';
import { ask } from '../../sql/query-directory.ts';

import { FakeClock } from '../../support/fake-clock.ts';
import { AT, HOUR_MS, jobOfAge, newDirectory, writeSnapshot } from '../../support/report-history.ts';

const ACCOUNT = '123456789012';
const HOURLY = { name: 'all', schedule: 'cron(0 * * * ? *)' };
const EVENT: HealthEvent = {
  exports: [HOURLY],
  missedPeriods: 2,
  targets: [{ account: ACCOUNT, regions: ['eu-west-1', 'us-east-1'] }],
};
const MINUTES_10 = 600_000;
const signal = new AbortController().signal;

let directory: string;
beforeEach(() => {
  directory = newDirectory();
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const look = (at: number) =>
  checkExports(
    { clock: new FakeClock(at), keys: directoryKeys(directory), health: directoryHealth(directory) },
    EVENT,
    Number.POSITIVE_INFINITY,
  );
const take = (scheduledAt: number, region = 'eu-west-1') =>
  writeSnapshot({ directory, scheduledAt, region, jobs: () => [jobOfAge('a', 'IN_PROGRESS', 1)] });
const states = () =>
  ask(directory, 'SELECT region, state, newest_snapshot_at, new_snapshots FROM reporting ORDER BY region');

test('a look over a directory is that of the hub: the view has it, and the next one goes on from it', async () => {
  await take(AT - HOUR_MS);
  await take(AT);
  const { failures } = await look(AT + MINUTES_10);
  expect(failures).toEqual([]);
  expect(await states()).toEqual([
    ['eu-west-1', 'REPORTING', '2026-11-23 18:00:00', null],
    ['us-east-1', 'AWAITED', null, expect.anything()],
  ]);
  await take(AT + HOUR_MS);
  await look(AT + HOUR_MS + MINUTES_10);
  expect(await states()).toEqual([
    ['eu-west-1', 'REPORTING', '2026-11-23 19:00:00', '1'],
    ['us-east-1', 'AWAITED', null, expect.anything()],
  ]);
  await look(AT + 4 * HOUR_MS);
  expect(await states()).toEqual([
    ['eu-west-1', 'LATE', '2026-11-23 19:00:00', '0'],
    ['us-east-1', 'NEVER', null, expect.anything()],
  ]);
});

test('what it writes is what the table says, a line a row', async () => {
  await take(AT);
  await look(AT + MINUTES_10);
  const lines = readFileSync(join(directory, HEALTH_KEY), 'utf8').split('\n');
  expect(lines.pop()).toBe('');
  expect(lines).toHaveLength(2);
  expect(lines.flatMap((line) => typeCheck(EXPORT_HEALTH_COLUMNS)(JSON.parse(line)))).toEqual([]);
  expect(readdirSync(join(directory, 'health'))).toEqual(['exports.ndjson']);
});

test('what a file manager leaves is no account, no export and no record', async () => {
  await take(AT);
  const record = recordKey({ accountId: ACCOUNT, region: 'eu-west-1', exportName: 'all', scheduledAt: AT });
  writeFileSync(join(directory, record.replace(/[^/]+$/, '.DS_Store')), 'x');
  writeFileSync(join(directory, 'snapshots/.DS_Store'), 'x');
  mkdirSync(join(directory, 'snapshots/New folder'));
  const { failures } = await look(AT + MINUTES_10);
  expect(failures).toEqual([]);
  expect((await states()).map(([, state]) => state)).toEqual(['REPORTING', 'AWAITED']);
});

test('an empty directory has what is expected, and nothing else', async () => {
  await look(AT);
  expect((await states()).map(([, state]) => state)).toEqual(['AWAITED', 'AWAITED']);
});

test('keys are those after another, in their order, as S3 gives them', async () => {
  for (const hour of [0, 1, 10]) await take(AT + hour * HOUR_MS);
  const keys = directoryKeys(directory);
  const prefix = `snapshots/account_id=${ACCOUNT}/region=eu-west-1/export_name=all/`;
  expect(await keys.folders('snapshots/', 10, signal)).toEqual([`account_id=${ACCOUNT}`]);
  expect(await keys.folders(prefix, 10, signal)).toEqual(['dt=2026-11-23', 'dt=2026-11-24']);
  expect(await keys.folders('snapshots/account_id=999999999999/', 10, signal)).toEqual([]);
  await expect(keys.folders(prefix, 1, signal)).rejects.toThrow(/More than 1 /);
  const all = await Array.fromAsync(keys.keys(prefix, undefined, signal));
  expect(all.map((key) => key.slice(prefix.length))).toEqual([
    'dt=2026-11-23/20261123T180000Z-all.ndjson',
    'dt=2026-11-23/20261123T190000Z-all.ndjson',
    'dt=2026-11-24/20261124T040000Z-all.ndjson',
  ]);
  expect(await Array.fromAsync(keys.keys(prefix, all[0], signal))).toEqual(all.slice(1));
  expect(await Array.fromAsync(keys.keys(`${prefix}dt=2026-11-24/`, undefined, signal))).toEqual(all.slice(2));
});

test('a look takes the place of the one that it has read, and of no other', async () => {
  const health = directoryHealth(directory);
  expect(await health.read(signal)).toBeUndefined();
  expect(await health.put('one\n', undefined, signal)).toBe(true);
  expect(await health.put('two\n', undefined, signal)).toBe(false);
  const { version } = (await health.read(signal)) ?? { version: '' };
  expect(await health.put('three\n', version, signal)).toBe(true);
  expect(await health.put('four\n', version, signal)).toBe(false);
  expect((await health.read(signal))?.text).toBe('three\n');
});
