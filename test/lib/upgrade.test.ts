import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, CfnResource, Stack } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { checkConfig, type ExporterConfig, type Organization } from '../../lib/config/index.ts';
import { placeStacks } from '../../lib/place-stacks.ts';
import { CONFIGS, impacts, keptOf, type Resources } from './released/upgrade-configs.ts';
import { dummyCode, newApp } from './synth.ts';

/** What an update may remove, with the reason. */
const GIVEN_UP: Readonly<Record<string, string>> = {
  ExporterMonitoringAlarmsTopicKeyAB4024BC:
    'A key of its own for the topic of the alarms costs $1 a month and protects no data',
  HistoryViewstwodayrowsB057B9BF: 'A view that others were made of; changes are a table of their own now',
  HistoryViewsjobruns962D33AF: 'A view that others were made of; changes are a table of their own now',
};

/** What an update from the last release would lose or replace. */
function lost(before: Readonly<Record<string, Resources>>, app: App): string[] {
  const after = Object.fromEntries(
    app.synth().stacks.map(({ stackName, template }) => [stackName, template.Resources]),
  );
  return Object.entries(before).flatMap(([stack, kept]) =>
    impacts(kept, after[stack] ?? {})
      .filter(({ id, impact }) => /REPLACE|DESTROY|ORPHAN/.test(impact) && !(id in GIVEN_UP))
      .map(({ id, impact }) => `${stack} ${id} ${impact}`),
  );
}

function released(name: string): Readonly<Record<string, Resources>> {
  return JSON.parse(readFileSync(join(import.meta.dirname, 'released', `${name}.json`), 'utf8'));
}

test.each(Object.entries(CONFIGS))(
  'an update from the last release replaces and removes nothing that keeps data: %s',
  (name, config) => {
    const app = newApp();
    placeStacks(app, checkConfig(config), { code: dummyCode, healthCode: dummyCode });
    const before = released(name);
    expect(Object.values(before).flatMap((kept) => Object.keys(kept)).length).toBeGreaterThan(10);
    expect(lost(before, app)).toEqual([]);
  },
);

test.each(Object.entries(CONFIGS))(
  'a bucket that is there begins to tell EventBridge in place, and the tables of changes and details are new: %s',
  (name, config) => {
    const app = newApp();
    placeStacks(app, checkConfig(config), { code: dummyCode, healthCode: dummyCode });
    const [history] = app.synth().stacks;
    const after: Resources = history?.template.Resources;
    const entries = Object.entries(after).map(([id, resource]) => {
      const { NotificationConfiguration: _, ...others } = resource.Properties ?? {};
      return [id, { ...resource, Properties: others }] as const;
    });
    const tables = ['HistoryTablesChangesA0D68890', 'HistoryTablesJobDetailsD3C14FB3'];
    const before = Object.fromEntries(entries.filter(([id]) => !tables.includes(id)));
    expect(impacts(before, after)).toEqual([{ id: 'HistoryBucket6364BE20', impact: 'WILL_UPDATE' }]);
    for (const table of tables) {
      expect(after[table]?.Type).toBe('AWS::Glue::Table');
      for (const kept of Object.values(released(name))) expect(Object.keys(kept)).not.toContain(table);
    }
  },
);

test.each(Object.entries(CONFIGS))(
  'nor does an export whose run may outlast an invocation from then on: %s',
  (name, config) => {
    const exports = config.exports.map((one) => ({ ...one, maxRunMinutes: 60 }));
    const app = newApp();
    placeStacks(app, checkConfig({ ...config, exports }), { code: dummyCode, healthCode: dummyCode });
    expect(lost(released(name), app)).toEqual([]);
    const before = newApp();
    placeStacks(before, checkConfig(config), { code: dummyCode, healthCode: dummyCode });
    const [was, is] = [before, app].map((one) => one.synth().stacks.at(-1)?.template.Resources as Resources);
    const changed = impacts(was ?? {}, is ?? {}).filter(({ impact }) => impact !== 'WILL_UPDATE');
    expect(changed).toEqual([]);
  },
);

const HUB = { account: '111111111111', region: 'us-east-1', organizationId: 'o-a1b2c3d4e5' };
const ORGANIZATION: Organization = {
  organizationalUnits: ['ou-a1b2-c3d4e5f6', 'ou-a1b2-d4e5f6a7'],
  regions: ['us-east-1', 'eu-west-1'],
};

function hubOf(organization: Organization | undefined, more: Partial<ExporterConfig> = {}): App {
  const app = newApp();
  const config = { ...(CONFIGS['many-accounts'] as ExporterConfig), history: HUB, ...more };
  placeStacks(app, checkConfig({ ...config, ...(organization && { organization }) }), {
    ...{ code: dummyCode, healthCode: dummyCode, inlineCode: 'exports.handler = async () => {};' },
  });
  return app;
}

test('a hub that gets an organization, or loses it, keeps all else that keeps data', () => {
  expect(lost(keptOf(hubOf(undefined)), hubOf(ORGANIZATION))).toEqual([]);
  expect(lost(keptOf(hubOf(ORGANIZATION)), hubOf(undefined))).toEqual([
    expect.stringMatching(/^IotJobsHistory Organization\w+ WILL_DESTROY$/),
  ]);
});

test.each<[string, { organization?: Partial<Organization>; more?: Partial<ExporterConfig> }]>([
  ['units', { organization: { organizationalUnits: ['ou-a1b2-c3d4e5f6'] } }],
  ['the root', { organization: { organizationalUnits: ['r-a1b2'] } }],
  ['Regions', { organization: { regions: ['eu-west-1', 'ap-south-1'] } }],
  ['accounts that are left out', { organization: { excludeAccounts: ['333333333333'] } }],
  ['exports', { organization: { exports: [{ name: 'daily', schedule: 'rate(1 day)' }] } }],
  ['alarms', { organization: { metrics: true, disabledAlarms: [], dashboard: true } }],
  ['who the hub is', { organization: { callAs: 'SELF' } }],
  ['how a deployment goes', { organization: { maxConcurrentPercentage: 1, failureTolerancePercentage: 0 } }],
  ['targets', { more: { targets: [{ account: '444444444444', regions: ['us-east-1'] }] } }],
])('an organization with other %s keeps its StackSet, which changes in place', (_, { organization, more }) => {
  const before = keptOf(hubOf(ORGANIZATION)).IotJobsHistory as Resources;
  expect(Object.values(before).map(({ Type }) => Type)).toContain('AWS::CloudFormation::StackSet');
  expect(lost({ IotJobsHistory: before }, hubOf({ ...ORGANIZATION, ...organization }, more))).toEqual([]);
});

test('a bucket that is renamed, one that moves to another construct and a changed table name are all seen', () => {
  const appOf = (name: string, id: string, database: string) => {
    const app = new App();
    const stack = new Stack(app, 'Test');
    new s3.Bucket(stack, 'Renamed', { bucketName: name });
    new s3.Bucket(stack, id);
    new CfnResource(stack, 'Table', {
      type: 'AWS::Glue::Table',
      properties: { CatalogId: '1', DatabaseName: database, TableInput: { Name: 'jobs' } },
    });
    return app;
  };
  const before = keptOf(appOf('a-name', 'Here', 'iot_jobs'));
  expect(lost(before, appOf('a-name', 'Here', 'iot_jobs'))).toEqual([]);
  expect(lost(before, appOf('another', 'There', 'other'))).toEqual([
    expect.stringMatching(/^Test Here\w+ WILL_DESTROY$/),
    expect.stringMatching(/^Test Renamed\w+ WILL_REPLACE$/),
    'Test Table WILL_REPLACE',
  ]);
});
