import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Failures } from '../../../hub/core/failures.ts';
import { PROJECTED_TABLES, projectValues, valuesOf } from '../../../hub/core/project-values.ts';
import type { ProjectedTable } from '../../../hub/ports.ts';
import { HistoryTables } from '../../../lib/history/history-tables.ts';
import { PLACE } from '../../support/simulated-hub.ts';

const signal = new AbortController().signal;
const ENUMS = {
  'projection.account_id.type': 'enum',
  'projection.region.type': 'enum',
  'projection.export_name.type': 'enum',
};

async function project(parameters: Record<string, string>, isFree = true, values = valuesOf([PLACE])) {
  const failures = new Failures();
  const updates: Readonly<Record<string, string>>[] = [];
  const table: ProjectedTable = {
    parameters,
    setParameters: async (own) => {
      updates.push(own);
      return isFree;
    },
  };
  const result = await projectValues(values, valuesOf([]), { read: async () => table }, failures, signal);
  return { ...result, updates, failures: failures.all };
}

it('knows the tables that a history projects', () => {
  const stack = new Stack(new App(), 'Stack');
  const projected = () => ({ accountIds: [], regions: [], exportNames: [] });
  const bucket = new Bucket(stack, 'Bucket');
  new HistoryTables(stack, 'Tables', { bucket, databaseName: 'd', projected, historyStart: '2026-01-01' });
  const tables = Object.values(Template.fromStack(stack).findResources('AWS::Glue::Table'));
  const names = tables
    .map(({ Properties }) => Properties.TableInput)
    .filter(({ Parameters }) => Parameters['projection.enabled'] === 'true')
    .map(({ Name }) => Name);
  expect(names.sort()).toEqual([...PROJECTED_TABLES].sort());
});

it('leaves columns alone that are not projected by an enum', async () => {
  const { updates, missing } = await project({ ...ENUMS, 'projection.account_id.type': 'injected' });
  expect(missing).toEqual([]);
  expect(updates).toHaveLength(4);
  expect(updates[0]).toEqual({ 'projection.region.values': 'eu-west-1', 'projection.export_name.values': 'all' });
});

it('takes a table for up to date that has the values with spaces between', async () => {
  const { updates } = await project({
    ...ENUMS,
    'projection.account_id.values': `1, ${PLACE.accountId}`,
    'projection.region.values': 'eu-west-1 ,x',
    'projection.export_name.values': 'all',
  });
  expect(updates).toEqual([]);
});

it('gives up a table that is changed at each try, and says what it lacks', async () => {
  const { failures, missing, updatedTables } = await project(ENUMS, false);
  expect(failures).toHaveLength(4);
  expect(failures[0]?.message).toContain('was changed by others at each of 5 tries');
  expect(missing).toEqual(['account_id=111122223333', 'export_name=all', 'region=eu-west-1']);
  expect(updatedTables).toEqual([]);
});

it('refuses more than AWS Glue takes before it asks', async () => {
  const many = Array.from({ length: 9000 }, (_, i) => ({ ...PLACE, exportName: `${i}`.padStart(60, 'x') }));
  const { failures, updates } = await project(ENUMS, true, valuesOf(many));
  expect(updates).toEqual([]);
  expect(failures[0]?.message).toContain(
    'projection.export_name.values: they are 548999 bytes, and AWS Glue takes 512000',
  );
});
