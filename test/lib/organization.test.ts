import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type App, BootstraplessSynthesizer, PermissionsBoundary, Stack, Tags } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { METRIC_NAMESPACE } from '../../lambda/contract/metrics.ts';
import { checkConfig, type ExporterConfig, type Organization } from '../../lib/config/index.ts';
import { IotJobsHistoryStack } from '../../lib/hub-stacks.ts';
import { placeStacks } from '../../lib/place-stacks.ts';
import { DEFAULT_CONFIG, DETAILS_CONFIG, dummyCode, LONG_CONFIG, newApp, propertiesOf } from './synth.ts';

const HUB = { account: '111111111111', region: 'us-east-1', organizationId: 'o-a1b2c3d4e5' };
const UNITS = ['ou-a1b2-c3d4e5f6', 'ou-a1b2-d4e5f6a7'];
const CODE = 'exports.handler = async () => {};';
const REGIONS = ['us-east-1', 'eu-west-1'];

function configOf(own: Partial<Organization> = {}, more: Partial<ExporterConfig> = {}): ExporterConfig {
  const organization = { organizationalUnits: UNITS, regions: REGIONS, ...own };
  return { ...DEFAULT_CONFIG, history: HUB, organization, ...more };
}

function appOf(config: ExporterConfig): App {
  const app = newApp();
  placeStacks(app, checkConfig(config), { code: dummyCode, inlineCode: CODE });
  return app;
}

const made = new Map<string, IotJobsHistoryStack>();

/** The hub of a configuration, made once: no test changes it. */
function hubOf(config: ExporterConfig): IotJobsHistoryStack {
  const key = JSON.stringify(config);
  const hub = made.get(key) ?? (appOf(config).node.findChild('IotJobsHistory') as IotJobsHistoryStack);
  made.set(key, hub);
  return hub;
}

interface TargetTemplate {
  readonly Conditions?: { readonly Exports: unknown };
  readonly Resources: Readonly<
    Record<string, { readonly Type: string; readonly Condition?: string; readonly Properties: object }>
  >;
  readonly Outputs?: Readonly<Record<string, { readonly Condition?: string }>>;
}
const targetOf = (config: ExporterConfig): TargetTemplate => JSON.parse(hubOf(config).organization?.template ?? '{}');
const ofType = ({ Resources }: TargetTemplate, type: string) =>
  Object.values(Resources).filter(({ Type }) => Type === type);

test('an organization is one stack, the history with a StackSet in it', () => {
  const stacks = appOf(configOf()).node.children.filter((child) => child instanceof Stack);
  expect(stacks.map(({ stackName }) => stackName)).toEqual(['IotJobsHistory']);
  const template = Template.fromStack(stacks[0] as Stack);
  template.hasResource('AWS::CloudFormation::StackSet', {
    Properties: {
      StackSetName: 'IotJobsHistory-Exporters',
      PermissionModel: 'SERVICE_MANAGED',
      CallAs: 'DELEGATED_ADMIN',
      Capabilities: ['CAPABILITY_IAM'],
      AutoDeployment: { Enabled: true, RetainStacksOnAccountRemoval: false },
      ManagedExecution: { Active: true },
      OperationPreferences: {
        RegionConcurrencyType: 'SEQUENTIAL',
        ConcurrencyMode: 'STRICT_FAILURE_TOLERANCE',
        MaxConcurrentPercentage: 25,
        FailureTolerancePercentage: 50,
      },
      StackInstancesGroup: [
        // No filter of accounts: automatic deployment would not consider it.
        { Regions: REGIONS, DeploymentTargets: { OrganizationalUnitIds: UNITS, AccountFilterType: Match.absent() } },
      ],
      TemplateBody: Match.absent(),
      TemplateURL: Match.anyValue(),
      Parameters: Match.absent(),
    },
    // The bucket's policy lets the accounts write.
    DependsOn: Match.arrayWith([Match.stringLikeRegexp('HistoryBucketPolicy')]),
  });
  template.hasOutput('StackSet', { Value: 'IotJobsHistory-Exporters' });
});

test('the name of the StackSet goes with that of the stack', () => {
  const { organization } = hubOf(configOf({}, { stackPrefix: 'fleet-' }));
  expect(organization?.stackSetName).toBe('fleet-IotJobsHistory-Exporters');
});

test('what has a name in an account does not stand in the way of another hub, whose stacks have another prefix', () => {
  const machine = (stackPrefix: string) => {
    const machines = ofType(
      targetOf(configOf({}, { ...LONG_CONFIG, stackPrefix })),
      'AWS::StepFunctions::StateMachine',
    );
    return machines.map(({ Properties }) => (Properties as { StateMachineName: string }).StateMachineName).join();
  };
  expect(machine('fleet-')).toMatch(/^fleet-?IotJobsExporterTarget/);
  expect(machine('test-')).not.toBe(machine('fleet-'));
});

test('who the hub is, and how a deployment goes, are options', () => {
  const template = Template.fromStack(
    hubOf(configOf({ callAs: 'SELF', maxConcurrentPercentage: 100, failureTolerancePercentage: 0 })),
  );
  template.hasResourceProperties('AWS::CloudFormation::StackSet', {
    CallAs: 'SELF',
    OperationPreferences: { MaxConcurrentPercentage: 100, FailureTolerancePercentage: 0 },
  });
});

test('the template of the StackSet is an asset, and the address of that asset changes with it', () => {
  const assembly = appOf(configOf()).synth();
  const hub = assembly.getStackByName('IotJobsHistory');
  const [file] = Object.values(hub.template.Resources as TargetTemplate['Resources'])
    .filter(({ Type }) => Type === 'AWS::CloudFormation::StackSet')
    .map(({ Properties }) => JSON.stringify((Properties as { TemplateURL: unknown }).TemplateURL));
  const { files } = JSON.parse(readFileSync(join(assembly.directory, 'IotJobsHistory.assets.json'), 'utf8'));
  const [[hash, asset]] = Object.entries(files).filter(([key]) => file?.includes(key)) as [
    [string, { source: { path: string; packaging: string } }],
  ];
  expect(file).toContain(`cdk-hnb659fds-assets-${HUB.account}-${HUB.region}/${hash}.json`);
  expect(asset.source.packaging).toBe('file');
  const written = readFileSync(join(assembly.directory, asset.source.path), 'utf8');
  expect(written).toBe(hubOf(configOf()).organization?.template);
  expect(written).not.toBe(hubOf(configOf({ memorySize: 1024 })).organization?.template);
});

test('an exporter of an organization has no alarm, no topic, no dashboard and no custom metric', () => {
  const all = { metrics: true, dashboard: true, disabledAlarms: [] };
  for (const config of [configOf(), configOf({}, all), configOf({}, DETAILS_CONFIG_WITHOUT_ROLLOUTS)]) {
    const template = targetOf(config);
    expect(JSON.stringify(template)).not.toContain(`"Namespace":"${METRIC_NAMESPACE}"`);
    const types = Object.values(template.Resources).map(({ Type }) => Type);
    expect(types.filter((type) => /CloudWatch|SNS/.test(type))).toEqual([]);
    expect(ofType(template, 'AWS::Lambda::Function')[0]?.Properties).toMatchObject({
      Environment: { Variables: { METRICS: 'NONE', HISTORY_BUCKET: 'iot-jobs-history-111111111111-us-east-1' } },
    });
  }
});

const DETAILS_CONFIG_WITHOUT_ROLLOUTS = {
  exports: DETAILS_CONFIG.exports.map(({ rollouts: _, ...config }) => config),
};

test('options bring alarms, dashboard and metrics back, and those of the configuration go on', () => {
  const own = { metrics: true, dashboard: true, disabledAlarms: ['slow'], memorySize: 1024 } as const;
  const template = targetOf(configOf(own, { logRetentionDays: 7, ...LONG_CONFIG }));
  expect(ofType(template, 'AWS::CloudWatch::Alarm').length).toBeGreaterThan(8);
  for (const type of ['AWS::CloudWatch::Dashboard', 'AWS::SNS::Topic', 'AWS::StepFunctions::StateMachine']) {
    expect(ofType(template, type)).toHaveLength(1);
  }
  expect(ofType(template, 'AWS::Lambda::Function')[0]?.Properties).toMatchObject({ MemorySize: 1024 });
  expect(ofType(template, 'AWS::Logs::LogGroup')[0]?.Properties).toMatchObject({ RetentionInDays: 7 });
});

test('the template knows no account and Region but the hub', () => {
  const text = JSON.stringify(targetOf(configOf({ excludeAccounts: [] })));
  expect(text).not.toMatch(/ou-a1b2|eu-west-1/);
  expect(text.match(/\b\d{12}\b/g)?.filter((account) => account !== HUB.account)).toEqual([]);
});

describe('accounts that are left out', () => {
  const equals = (key: 'AccountId' | 'Region', value: string) => ({ 'Fn::Equals': [{ Ref: `AWS::${key}` }, value] });
  const conditionOf = (own: Partial<Organization>, more: Partial<ExporterConfig> = {}) =>
    targetOf(configOf(own, more)).Conditions?.Exports;

  test('get a stack without an exporter, by a condition of the template', () => {
    const template = targetOf(configOf({ excludeAccounts: ['222222222222'] }));
    expect(template.Conditions).toEqual({ Exports: { 'Fn::Not': [equals('AccountId', '222222222222')] } });
    const { Nothing, ...exporter } = template.Resources;
    // Whether a stack may be without any resource is not documented.
    expect(Nothing).toEqual({ Type: 'AWS::CloudFormation::WaitConditionHandle' });
    for (const item of [...Object.values(exporter), ...Object.values(template.Outputs ?? {})]) {
      expect(item.Condition).toBe('Exports');
    }
    const { Nothing: none, ...plain } = targetOf(configOf()).Resources;
    expect(none).toBeUndefined();
    expect(Object.keys(exporter)).toEqual(Object.keys(plain));
    expect(targetOf(configOf()).Conditions).toBeUndefined();
  });

  test('are those that targets name, too: an exporter of its own is never there twice', () => {
    const target = (account: string, ...regions: string[]) => ({ account, regions });
    expect(conditionOf({}, { targets: [target('333333333333', 'ap-south-1')] })).toBeUndefined();
    expect(conditionOf({}, { targets: [target('333333333333', 'eu-west-1', 'us-east-1', 'ap-south-1')] })).toEqual({
      'Fn::Not': [equals('AccountId', '333333333333')],
    });
    const one = { 'Fn::And': [equals('AccountId', '333333333333'), equals('Region', 'eu-west-1')] };
    expect(conditionOf({}, { targets: [target('333333333333', 'eu-west-1')] })).toEqual({ 'Fn::Not': [one] });
    expect(
      conditionOf(
        { excludeAccounts: ['222222222222'] },
        { targets: [target('333333333333', 'eu-west-1'), target('222222222222', 'eu-west-1')] },
      ),
    ).toEqual({ 'Fn::Not': [{ 'Fn::Or': [equals('AccountId', '222222222222'), one] }] });
    // Two lines of one account.
    expect(
      conditionOf({}, { targets: [target('333333333333', 'eu-west-1'), target('333333333333', 'us-east-1')] }),
    ).toEqual({ 'Fn::Not': [equals('AccountId', '333333333333')] });
  });

  test('may be many: no Fn::Or has fewer than two conditions or more than ten', () => {
    for (const count of [10, 11, 101, 450]) {
      const excludeAccounts = Array.from({ length: count }, (_, index) => String(300_000_000_000 + index));
      const text = JSON.stringify(conditionOf({ excludeAccounts }), (_, value) => {
        if (value?.['Fn::Or']) {
          expect(value['Fn::Or'].length).toBeGreaterThanOrEqual(2);
          expect(value['Fn::Or'].length).toBeLessThanOrEqual(10);
        }
        return value;
      });
      expect(new Set(text.match(/\d{12}/g)).size).toBe(count);
    }
  });
});

test('queries see the Regions and exports of the organization, and an account at least', () => {
  const own = { exports: [{ name: 'daily', schedule: 'cron(0 3 * * ? *)' }] } as const;
  const seen = (config: ExporterConfig) => {
    const tables = propertiesOf<{ TableInput: { Name: string; Parameters: Record<string, string> } }>(
      Template.fromStack(hubOf(config)),
      'AWS::Glue::Table',
    );
    const { Parameters } = tables.find(({ TableInput }) => TableInput.Name === 'jobs')?.TableInput ?? {};
    return ['account_id', 'region', 'export_name'].map((key) => Parameters?.[`projection.${key}.values`]);
  };
  expect(seen(configOf(own))).toEqual(['111111111111', 'us-east-1,eu-west-1', 'all,daily']);
  const targets = [{ account: '222222222222', regions: ['ap-south-1'] }];
  expect(seen(configOf({}, { targets }))).toEqual(['222222222222', 'ap-south-1,us-east-1,eu-west-1', 'all']);
});

test('the accounts of the organization may write, each below its own prefix', () => {
  Template.fromStack(hubOf(configOf())).hasResourceProperties('AWS::S3::BucketPolicy', {
    PolicyDocument: {
      Statement: Match.arrayWith([
        Match.objectLike({
          Sid: 'EachAccountItsOwn',
          Condition: { StringEquals: { 'aws:PrincipalOrgID': HUB.organizationId } },
        }),
      ]),
    },
  });
});

test('a template of more bytes than CloudFormation takes is refused with the mend', () => {
  const excludeAccounts = Array.from({ length: 2500 }, (_, index) => String(300_000_000_000 + index));
  const inlineCode = `${CODE}//${'x'.repeat(780_000)}`;
  const place = (config: ExporterConfig) => placeStacks(newApp(), checkConfig(config), { code: dummyCode, inlineCode });
  expect(() => place(configOf())).not.toThrow();
  expect(() => place(configOf({ excludeAccounts }))).toThrow(
    /^The template of IotJobsHistory-Exporters must have 1000000 bytes at most, .*; got 1\d{6}\. .* that are left out/,
  );
});

test('a stack that may have no assets says so', () => {
  const config = checkConfig(configOf());
  const make = () =>
    new IotJobsHistoryStack(newApp(), 'Hub', {
      config: { ...config, history: HUB },
      inlineCode: CODE,
      synthesizer: new BootstraplessSynthesizer(),
    });
  expect(make).toThrow(/asset/i);
});

test('tags of the app are those of the StackSet, and a permissions boundary is on the roles of its template', () => {
  const app = newApp();
  const seen: string[] = [];
  placeStacks(app, checkConfig(configOf()), {
    ...{ code: dummyCode, inlineCode: CODE },
    stackProps: () => ({ permissionsBoundary: PermissionsBoundary.fromName('boundary') }),
    prepareStackSet: ({ stackName }) => seen.push(stackName),
  });
  Tags.of(app).add('team', 'fleet');
  const hub = app.node.findChild('IotJobsHistory') as IotJobsHistoryStack;
  Template.fromStack(hub).hasResourceProperties('AWS::CloudFormation::StackSet', {
    Tags: [{ Key: 'team', Value: 'fleet' }],
  });
  const roles = ofType(JSON.parse(hub.organization?.template ?? '{}'), 'AWS::IAM::Role');
  expect(roles.length).toBeGreaterThan(1);
  for (const role of roles) expect(JSON.stringify(role)).toContain(':policy/boundary');
  expect(seen).toEqual(['IotJobsExporterTarget']);
});
