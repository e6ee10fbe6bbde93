import { type App, Aws, Stack, type StackProps, Stage } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { IotJobsExporter, IotJobsHistory, type IotJobsHistoryProps } from '../../lib/index.ts';
import { allowedStatements, dummyCode, newApp, propertiesOf } from './synth.ts';

const HOURLY = 'cron(0 * * * ? *)';
const HUB: StackProps = { env: { account: '111111111111', region: 'eu-west-1' } };
const SPOKE: StackProps = { env: { account: '222222222222', region: 'us-east-1' } };

function historyIn(app: App, props: IotJobsHistoryProps = {}, stackProps: StackProps = HUB): IotJobsHistory {
  return new IotJobsHistory(new Stack(app, 'Hub', stackProps), 'History', props);
}

function exporterIn(stack: Stack, history: IotJobsHistory, id = 'Exporter', name = 'all'): IotJobsExporter {
  return new IotJobsExporter(stack, id, { history, code: dummyCode(), exports: [{ name, schedule: HOURLY }] });
}

function projectionOf(template: Template): Record<string, unknown> {
  type Made = { TableInput: { Name: string; Parameters: Record<string, unknown> } };
  const tables = propertiesOf<Made>(template, 'AWS::Glue::Table').map(({ TableInput }) => TableInput);
  const { Parameters = {} } = tables.find(({ Name }) => Name === 'jobs') ?? {};
  return Object.fromEntries(
    ['account_id', 'region', 'export_name'].map((column) => [column, Parameters[`projection.${column}.values`]]),
  );
}

test('queries see the exports, accounts and Regions of every exporter of the app, those given and the retired', () => {
  const app = newApp();
  const history = historyIn(app, {
    bucketName: 'the-history',
    exportNames: ['elsewhere'],
    retiredExports: ['daily'],
    regions: ['eu-central-1'],
    writers: { accountIds: ['222222222222', '333333333333'] },
  });
  exporterIn(Stack.of(history), history);
  exporterIn(new Stack(app, 'Spoke', SPOKE), history, 'Exporter', 'spoke');
  expect(projectionOf(Template.fromStack(Stack.of(history)))).toEqual({
    account_id: '111111111111,222222222222,333333333333',
    region: 'eu-central-1,eu-west-1,us-east-1',
    export_name: 'elsewhere,all,spoke,daily',
  });
});

test('exports by name are taken to be beside the history, unless it is said where they are', () => {
  const app = newApp();
  const writers = { accountIds: ['222222222222'] };
  const history = historyIn(app, { bucketName: 'the-history', exportNames: ['elsewhere'], writers });
  exporterIn(new Stack(app, 'Spoke', SPOKE), history, 'Exporter', 'spoke');
  expect(projectionOf(Template.fromStack(Stack.of(history)))).toMatchObject({
    account_id: '111111111111,222222222222',
    region: expect.stringContaining(Stack.of(history).region),
  });
});

test('a history whose environment is known at deployment alone sees the exporter beside it', () => {
  const app = newApp();
  const history = historyIn(app, {}, {});
  exporterIn(Stack.of(history), history);
  const template = Template.fromStack(Stack.of(history));
  expect(projectionOf(template)).toEqual({
    account_id: { Ref: 'AWS::AccountId' },
    region: { Ref: 'AWS::Region' },
    export_name: 'all',
  });
  template.hasResourceProperties('AWS::Lambda::Function', {
    Environment: { Variables: { HISTORY_REGION: Match.absent() } },
  });
});

test('a history without any export is refused at synthesis, with the mend', () => {
  const history = historyIn(newApp());
  expect(() => Template.fromStack(Stack.of(history))).toThrow(
    'Hub/History must have an export, or no query would see anything; got none: give it to an IotJobsExporter of this ' +
      'app, or name the exports of other apps in exportNames',
  );
});

test('an exporter of another account and Region knows both of the history, and writes to no other owner', () => {
  const app = newApp();
  const writers = { accountIds: ['222222222222'] };
  const history = historyIn(app, { bucketName: 'the-history', writers });
  const stack = new Stack(app, 'Spoke', SPOKE);
  exporterIn(stack, history);
  const template = Template.fromStack(stack);
  template.hasResourceProperties('AWS::Lambda::Function', {
    Environment: { Variables: { HISTORY_BUCKET: 'the-history', HISTORY_REGION: 'eu-west-1' } },
  });
  const statements = allowedStatements(template).filter(({ Action }) => JSON.stringify(Action).includes('s3:'));
  expect(statements).toHaveLength(2);
  for (const { Condition } of statements) {
    expect(Condition).toMatchObject({ StringEquals: { 'aws:ResourceAccount': '111111111111' } });
  }
  expect(stack.dependencies.map(({ stackName }) => stackName)).toEqual(['Hub']);
});

test('an exporter of the same Region is not given it, whatever stack it is in', () => {
  const app = newApp();
  const history = historyIn(app);
  const stack = new Stack(app, 'Beside', HUB);
  exporterIn(stack, history);
  Template.fromStack(stack).hasResourceProperties('AWS::Lambda::Function', {
    Environment: { Variables: { HISTORY_REGION: Match.absent() } },
  });
});

test('a history that does not let the account of its exporter write is refused at synthesis', () => {
  const app = newApp();
  const history = historyIn(app, { bucketName: 'the-history' });
  exporterIn(new Stack(app, 'Spoke', SPOKE), history);
  expect(() => Template.fromStack(Stack.of(history))).toThrow(
    'Hub/History must let account 222222222222 write, in which Spoke/Exporter is: add it to writers.accountIds, or give ' +
      'writers.organizationId',
  );
});

test.each([
  ['history', {}, SPOKE, 'Hub/History must be in a stack with env, for Spoke/Exporter, which writes to it, is'],
  ['exporter', HUB, {}, 'Spoke/Exporter and its history Hub/History must both be in stacks with env, or both without'],
])('an environment that is unknown of the %s alone is refused', (_, hub, spoke, message) => {
  const app = newApp();
  const history = historyIn(app, { bucketName: 'the-history' }, hub);
  const stack = new Stack(app, 'Spoke', spoke);
  expect(() => exporterIn(stack, history)).toThrow(message);
});

test('names that no exporter could have are refused, for no query would see anything; tokens are taken', () => {
  const props = {
    exportNames: ['all', 'a,b'],
    accountIds: ['1234', Aws.ACCOUNT_ID],
    regions: ['us-est-1', Aws.REGION],
    writers: { accountIds: ['arn:aws:iam::222222222222:root'] },
  };
  expect(() => historyIn(newApp(), props)).toThrow(
    /^Hub\/History has 4 mistakes:\n {2}- exportNames\[1\] .*\n {2}- accountIds\[0\] .*\n {2}- regions\[0\] .*\n {2}- writers\.accountIds\[0\] /,
  );
  const literals = { exportNames: ['all'], accountIds: [Aws.ACCOUNT_ID], regions: [Aws.REGION] };
  expect(() => historyIn(newApp(), literals)).not.toThrow();
});

test.each([
  ['of this app', (stack: Stack) => new IotJobsHistory(stack, 'History', { expireRowsAfterDays: 20 })],
  [
    'that was imported',
    (stack: Stack) =>
      IotJobsHistory.fromAttributes(stack, 'History', { bucketName: 'the-history', expireRowsAfterDays: 20 }),
  ],
])('rows of a history %s that expire before the next snapshot of an exporter are refused', (_, make) => {
  const stack = new Stack(newApp(), 'Test', HUB);
  const history = make(stack);
  const exports = [{ name: 'monthly', schedule: 'cron(0 0 1 * ? *)' as const }];
  expect(() => new IotJobsExporter(stack, 'Exporter', { history, exports, code: dummyCode() })).toThrow(
    'expireRowsAfterDays must be 32 at least with the schedule of exports[0]',
  );
});

test('a history whose bucket has no name is refused to an exporter of another Region, with the mend', () => {
  const app = newApp();
  const history = historyIn(app);
  const stack = new Stack(app, 'Spoke', { env: { ...HUB.env, region: 'us-east-1' } });
  expect(() => exporterIn(stack, history)).toThrow(
    'Hub/History must have bucketName, for Spoke/Exporter is in another account or Region',
  );
});

test('two histories in one account and Region need two databases', () => {
  const apart = (databaseName: string, region: string, props: StackProps = {}) => {
    const app = newApp();
    const history = historyIn(app, { exportNames: ['all'] }, props);
    const env = props.env && { env: { ...props.env, region } };
    new IotJobsHistory(new Stack(app, 'Other', env), 'History', { exportNames: ['all'], databaseName });
    return () => Template.fromStack(Stack.of(history));
  };
  const message =
    'Other/History must not have the databaseName "iot_jobs", which Hub/History has in the same account and Region';
  expect(apart('iot_jobs', 'eu-west-1', HUB)).toThrow(message);
  expect(apart('other', 'eu-west-1', HUB)).not.toThrow();
  expect(apart('iot_jobs', 'us-east-1', HUB)).not.toThrow();
  expect(apart('iot_jobs', '')).not.toThrow();
  const history = historyIn(newApp(), { exportNames: ['all'] }, {});
  new IotJobsHistory(Stack.of(history), 'Second', { exportNames: ['all'] });
  expect(() => Template.fromStack(Stack.of(history))).toThrow('Hub/Second must not have the databaseName "iot_jobs"');
});

describe('a history in one Stage and an exporter in another', () => {
  function stages() {
    const app = newApp();
    const hub = new Stage(app, 'HubStage', HUB);
    const writers = { accountIds: ['222222222222'] };
    const history = new IotJobsHistory(new Stack(hub, 'Hub'), 'History', {
      bucketName: 'the-history',
      exportNames: ['elsewhere'],
      writers,
    });
    return { app, hub, history, spoke: new Stack(new Stage(app, 'SpokeStage', SPOKE), 'Spoke') };
  }

  test('are deployed in the order of the pipeline, and queries see the exporter', () => {
    const { app, history, spoke } = stages();
    exporterIn(spoke, history, 'Exporter', 'spoke');
    expect(() => app.synth()).not.toThrow();
    expect(projectionOf(Template.fromStack(Stack.of(history)))).toMatchObject({ export_name: 'elsewhere,spoke' });
  });

  test('are refused where the history was synthesized first, as a pipeline does: no query would see the exporter', () => {
    const { hub, history, spoke } = stages();
    hub.synth();
    expect(() => exporterIn(spoke, history)).toThrow(
      'HubStage/Hub/History is synthesized, or no query would see its exports; got a Stage that is: make all Stages first',
    );
  });
});

describe('two exporters with one export name', () => {
  beforeEach(() => jest.spyOn(console, 'error').mockImplementation());
  afterEach(() => jest.restoreAllMocks());

  const message =
    /Other\/Exporter must not have the export "all", which Hub\/Exporter has in the same account and Region/;

  test('in one account and Region are refused at synthesis, in whatever stacks: they would share their metrics', () => {
    const app = newApp();
    const history = historyIn(app);
    exporterIn(Stack.of(history), history);
    exporterIn(new Stack(app, 'Other', HUB), history);
    expect(() => Template.fromStack(Stack.of(history))).toThrow(message);
  });

  test('in one stack without env are refused, too', () => {
    const app = newApp();
    const history = historyIn(app, {}, {});
    exporterIn(Stack.of(history), history);
    exporterIn(Stack.of(history), history, 'Second');
    expect(() => Template.fromStack(Stack.of(history))).toThrow('Hub/Second must not have the export "all"');
  });

  test('in two stacks without env are warned of, for they may be meant for two accounts', () => {
    const app = newApp();
    const history = historyIn(app, {}, {});
    exporterIn(Stack.of(history), history);
    const other = new Stack(app, 'Other');
    exporterIn(other, IotJobsHistory.fromBucketName(other, 'History', 'the-history') as IotJobsHistory);
    Annotations.fromStack(other).hasWarning('*', Match.stringLikeRegexp(message.source));
  });

  test('in two Regions are fine', () => {
    const app = newApp();
    const history = historyIn(app, { bucketName: 'the-history' });
    exporterIn(Stack.of(history), history);
    exporterIn(new Stack(app, 'Other', { env: { account: '111111111111', region: 'us-east-1' } }), history);
    expect(() => Template.fromStack(Stack.of(history))).not.toThrow();
  });
});
