import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { ExportHealthRow, HealthEvent } from '../../lambda/contract/health.ts';
import { recordKey, type SnapshotIdentity } from '../../lambda/contract/keys.ts';
import { timestamp } from '../../lambda/core/timestamp.ts';
import { runBundle } from '../support/bundle.ts';
import type { EmfLine } from '../support/emf.ts';
import { LoopbackHub, tableOf } from '../support/loopback-hub.ts';
import { LoopbackS3 } from '../support/loopback-s3.ts';
import { at, PLACE, recordOf } from '../support/simulated-hub.ts';

const ROOT = join(import.meta.dirname, '../..');
const BUNDLE = join(ROOT, 'dist/hub/index.cjs');
const HEALTH = 'history/health/exports.ndjson';
const EVENT: HealthEvent = {
  exports: [{ name: 'all', schedule: 'cron(0 * * * ? *)' }],
  missedPeriods: 2,
  organization: { stackSetName: 'exporters', callAs: 'DELEGATED_ADMIN' },
};
const HOUR = 3_600_000;
/** The last full hour. */
const lastHour = () => Math.floor(Date.now() / HOUR) * HOUR;

let s3: LoopbackS3;
let hub: LoopbackHub;
let s3Endpoint: string;
let hubEndpoint: string;

beforeEach(async () => {
  s3 = new LoopbackS3();
  hub = new LoopbackHub();
  s3Endpoint = await s3.start();
  hubEndpoint = await hub.start();
  for (const name of ['jobs', 'changes', 'job_details', 'snapshots']) hub.tables.set(name, tableOf(name));
  hub.instances = ['111122223333', '222222222222', '333333333333'].map((account) => ({
    ...{ account, region: PLACE.region, status: 'CURRENT', detailedStatus: 'SUCCEEDED' },
  }));
});
afterEach(async () => {
  await s3.stop();
  await hub.stop();
});

function put(of: SnapshotIdentity, text = `${JSON.stringify(recordOf(of))}\n`): void {
  s3.objects.set(`history/${recordKey(of)}`, { body: Buffer.from(text), checksum: undefined });
}

const look = (event: unknown = EVENT, remainingMs = 60_000, variables: Record<string, string | undefined> = {}) =>
  runBundle(event, {
    ...{ iot: '', s3: s3Endpoint, bundle: BUNDLE, remainingMs },
    variables: {
      AWS_ENDPOINT_URL_CLOUDFORMATION: hubEndpoint,
      AWS_ENDPOINT_URL_GLUE: hubEndpoint,
      HISTORY_DATABASE: 'iot_jobs',
      ...variables,
    },
  });

const rows = (): ExportHealthRow[] =>
  String(s3.objects.get(HEALTH)?.body ?? '')
    .split('\n')
    .flatMap((line) => (line ? [JSON.parse(line)] : []));

/** The metrics of a look by name; they have the one dimension. */
function metricsOf(lines: readonly Record<string, unknown>[]): Record<string, unknown> {
  return Object.fromEntries(
    lines.flatMap((line) =>
      (line as unknown as EmfLine)._aws.CloudWatchMetrics.flatMap(({ Namespace, Dimensions, Metrics }) => {
        expect([Namespace, Dimensions, line.History]).toEqual(['IotJobsExporter', [['History']], 'history']);
        return Metrics.map(({ Name }) => [Name, line[Name]]);
      }),
    ),
  );
}

describe('the shipped bundle of the hub', () => {
  it('looks, writes what it found, brings the tables up to date, and says it in metrics and lines', async () => {
    put(at(lastHour()));
    put(at(lastHour() - 9 * HOUR, { accountId: '222222222222' }));
    const { answer, error, lines, metrics, stdout, stderr } = await look();
    expect(error).toBeUndefined();
    expect(answer).toEqual({ exports: 3, silent: 1 });
    expect(rows()).toMatchObject([
      { account_id: '111122223333', state: 'REPORTING' },
      { account_id: '222222222222', state: 'LATE' },
      { account_id: '333333333333', state: 'AWAITED' },
    ]);
    expect(metricsOf(metrics)).toEqual({
      ...{ ReportingExports: 1, SilentExports: 1, FailedStackInstances: 0, ExportsMissingThingGroups: 0 },
      ...{ UnseenPartitionValues: 0, HealthLooked: 1 },
    });
    expect(lines.find(({ level }) => level === 'WARN')).toMatchObject({
      message: 'Exports are silent',
      count: 1,
      silent: [{ account: '222222222222', region: 'eu-west-1', export: 'all', state: 'LATE' }],
    });
    expect(lines.find(({ level }) => level === 'INFO')).toMatchObject({
      message: 'Look at the exports ended',
      exports: 3,
      accounts: 3,
      isFirst: true,
      // How many came is not known of those that were there before the first look.
      newSnapshotsUnknownOf: 2,
    });
    expect(lines.find(({ level }) => level === 'INFO')).not.toHaveProperty('newSnapshots');
    expect(stdout + stderr).not.toContain('hunter2');

    const listings = hub.requests.filter(({ action }) => action === 'ListStackInstances');
    expect(listings).toHaveLength(2);
    expect(listings[0]?.input).toMatchObject({
      StackSetName: 'exporters',
      CallAs: 'DELEGATED_ADMIN',
      MaxResults: '100',
    });
  });

  it('ends listings of what no exporter wrote, and looks at the others', async () => {
    s3.listPage = 100;
    const crowd = 'history/snapshots/account_id=999988887777';
    const body = Buffer.from('x');
    for (let index = 0; index < 2500; index++) {
      s3.objects.set(`${crowd}/region=aa-south-${index}/x`, { body, checksum: undefined });
      put(at(lastHour() + 2 * HOUR + index * 1000));
    }
    put(at(lastHour()));
    await look();
    s3.requests.length = 0;
    const { error } = await look();
    expect(error).toMatchObject({ name: 'IncompleteLookError' });
    expect(error?.message).toContain(
      'TooManyKeysError: More than 1000 keys or folders are at snapshots/account_id=9999',
    );
    expect(rows()[0]).toMatchObject({ account_id: '111122223333', state: 'REPORTING' });
    const listings = (prefix: string) => s3.requests.filter(({ query }) => query.get('prefix')?.startsWith(prefix));
    expect(listings('snapshots/account_id=999988887777')).toHaveLength(11);
    expect(listings('snapshots/account_id=111122223333/region=eu-west-1/export_name=all/')).toHaveLength(1);
  });

  it('reads no record to its end that no exporter wrote', async () => {
    put(at(lastHour()), 'x'.repeat(30_000_000));
    put(at(lastHour() - HOUR));
    const { error, lines } = await look();
    expect(error).toBeUndefined();
    expect(rows()[0]).toMatchObject({ state: 'REPORTING', newest_snapshot_at: timestamp(lastHour() - HOUR) });
    const { damaged } = lines.find(({ level }) => level === 'WARN') as unknown as { damaged: string[] };
    expect(damaged).toEqual([expect.stringMatching(/ is not JSON; it begins with "x{60}"$/)]);
  });

  it('names a hundred of what is silent in one line, and how many more there are', async () => {
    s3.listPage = 1000;
    for (let i = 0; i < 130; i++) put(at(lastHour() - 9 * HOUR, { accountId: String(500000000000 + i) }));
    const targets = Array.from({ length: 130 }, (_, i) => ({
      account: String(500000000000 + i),
      regions: [PLACE.region],
    }));
    const { lines } = await look({ exports: EVENT.exports, missedPeriods: 2, targets });
    const warnings = lines.filter(({ level }) => level === 'WARN');
    expect(warnings).toMatchObject([{ message: 'Exports are silent', count: 130, more: 30 }]);
    expect(warnings[0]?.silent).toHaveLength(100);
  });

  it('updates a table against the version that it read, without an archived one, and leaves all else as it is', async () => {
    put(at(lastHour()));
    await look();
    const [update] = hub.requests.filter(({ action, input }) => action === 'UpdateTable' && isOf(input, 'jobs'));
    const { CreateTime, CreatedBy, DatabaseName, IsRegisteredWithLakeFormation, CatalogId, VersionId, ...before } =
      tableOf('jobs');
    expect(update?.input).toEqual({
      DatabaseName,
      VersionId,
      SkipArchive: true,
      TableInput: {
        ...before,
        Parameters: {
          ...before.Parameters,
          'projection.account_id.values': '999999999999,111122223333,222222222222,333333333333',
          'projection.region.values': 'eu-west-1',
          'projection.export_name.values': 'all',
        },
      },
    });
    hub.requests.length = 0;
    await look();
    expect(hub.requests.map(({ action }) => action)).not.toContain('UpdateTable');
  });

  it('reads a table again that somebody else changed meanwhile', async () => {
    put(at(lastHour()));
    let isFirst = true;
    hub.before = (action, input) => {
      if (action === 'UpdateTable' && isOf(input, 'jobs') && isFirst) {
        isFirst = false;
        const table = tableOf('jobs');
        hub.tables.set('jobs', { ...table, VersionId: '4', Parameters: { ...table.Parameters, theirs: 'yes' } });
      }
      return undefined;
    };
    const { error } = await look();
    expect(error).toBeUndefined();
    expect(hub.tables.get('jobs')?.Parameters).toMatchObject({
      theirs: 'yes',
      'projection.region.values': 'eu-west-1',
    });
  });

  it.each([
    ['AWS CloudFormation', 'ListStackInstances', 'cloudformation:ListStackInstances'],
    ['AWS Glue', 'UpdateTable', 'glue:UpdateTable'],
  ])('writes what it knows and fails where %s refuses', async (service, refused, iamAction) => {
    put(at(lastHour()));
    hub.before = (action) => (action === refused ? { status: 403, name: 'AccessDeniedException' } : undefined);
    const { error, metrics } = await look();
    expect(error).toMatchObject({ name: 'IncompleteLookError', className: 'IncompleteLookError' });
    expect(error?.message).toContain(`${service} refused ${iamAction}`);
    expect(error?.stack).not.toMatch(/\n\s+at /);
    expect(rows()).toMatchObject([
      { account_id: '111122223333', state: 'REPORTING' },
      ...(refused === 'UpdateTable' ? [{}, {}] : []),
    ]);
    expect(metricsOf(metrics)).toMatchObject({ HealthLooked: 0, ReportingExports: 1 });
    if (refused === 'UpdateTable') expect(metricsOf(metrics)).toMatchObject({ UnseenPartitionValues: 3 });
    else expect(metricsOf(metrics)).not.toHaveProperty('FailedStackInstances');
  });

  it('says what to do where there is no such StackSet', async () => {
    hub.before = (action) =>
      action === 'ListStackInstances' ? { status: 404, name: 'StackSetNotFoundException' } : undefined;
    const { error } = await look();
    expect(error?.message).toContain('AWS CloudFormation has no StackSet exporters (StackSetNotFoundException');
    expect(error?.message).toContain('set callAs to SELF');
  });

  it('rides out throttles, resets and errors of the services', async () => {
    put(at(lastHour()));
    const failed = new Set<string>();
    const once = <Fault>(key: string, fault: Fault): Fault | undefined => {
      if (failed.has(key)) return undefined;
      failed.add(key);
      return fault;
    };
    hub.before = (action) =>
      once(action, action === 'GetTable' ? 'reset' : { status: 400, name: 'ThrottlingException' });
    s3.before = ({ method, path, query }) => once(`${method} ${path} ${query}`, { status: 503, code: 'SlowDown' });
    const { error, answer } = await look();
    expect(error).toBeUndefined();
    expect(answer).toEqual({ exports: 3, silent: 0 });
  });

  it('puts a look over the one that it read alone, and none over a newer one', async () => {
    put(at(lastHour()));
    await look();
    const [row] = rows();
    const newer = `${JSON.stringify({ ...row, looked_at: '2099-01-01 00:00:00.000' })}\n`;
    s3.before = ({ method, path }) => {
      if (method === 'PUT' && path === HEALTH)
        s3.objects.set(HEALTH, { body: Buffer.from(newer), checksum: undefined });
      return undefined;
    };
    const { error, lines, metrics } = await look();
    expect(error).toBeUndefined();
    expect(String(s3.objects.get(HEALTH)?.body)).toBe(newer);
    expect(lines.at(-1)).toMatchObject({ isSuperseded: true });
    expect(metrics).toEqual([]);
  });

  it('stays well when the answer to its put gets lost', async () => {
    put(at(lastHour()));
    let isFirst = true;
    s3.after = ({ method, path }) => {
      if (method !== 'PUT' || path !== HEALTH || !isFirst) return undefined;
      isFirst = false;
      return 'reset';
    };
    const { error } = await look();
    expect(error).toBeUndefined();
    expect(rows()).toHaveLength(3);
  });

  it('writes what it knows before Lambda would stop it when a service hangs', async () => {
    put(at(lastHour()));
    hub.before = (action) => (action === 'ListStackInstances' ? 'hang' : undefined);
    const startedAt = Date.now();
    const { error } = await look(EVENT, 6000);
    expect(Date.now() - startedAt).toBeLessThan(6000);
    expect(error).toMatchObject({ name: 'IncompleteLookError', message: expect.stringContaining('OutOfTimeError') });
    expect(rows()).toMatchObject([{ state: 'REPORTING', expected: null }]);
  });

  it('fails where the look before cannot be read, and writes nothing', async () => {
    s3.before = ({ query }) =>
      query.get('prefix')?.startsWith('health/') ? { status: 403, code: 'AccessDenied' } : undefined;
    const { error, metrics } = await look();
    expect(error).toMatchObject({ name: 'StoreRefusedError' });
    expect(metricsOf(metrics)).toEqual({ HealthLooked: 0 });
    expect(s3.objects.size).toBe(0);
  });

  it.each([
    ['a bad event', { ...EVENT, extra: 1 }, {}, 'BadEventError', /extra is not a field/],
    ['no database', EVENT, { HISTORY_DATABASE: undefined }, 'BadEnvironmentError', /HISTORY_DATABASE/],
  ])('refuses %s before any call', async (_, event, variables, name, message) => {
    const { error } = await look(event, 60_000, variables);
    expect(error).toMatchObject({ name, className: name, message: expect.stringMatching(message) });
    expect([s3.requests, hub.requests]).toEqual([[], []]);
  });
});

describe('the bundle of the hub as a file', () => {
  it('is alone in its asset, and at most 500 kB', () => {
    expect(readdirSync(join(ROOT, 'dist/hub'))).toEqual(['index.cjs']);
    expect(statSync(BUNDLE).size).toBeLessThanOrEqual(500_000);
  });
});

function isOf(input: Readonly<Record<string, unknown>>, name: string): boolean {
  return (input.TableInput as { Name?: string } | undefined)?.Name === name;
}
