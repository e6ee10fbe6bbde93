import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, CfnResource, Stack } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { checkConfig } from '../../lib/config/index.ts';
import { placeStacks } from '../../lib/place-stacks.ts';
import { CONFIGS, impacts, keptOf, type Resources } from './released/kept.ts';
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
