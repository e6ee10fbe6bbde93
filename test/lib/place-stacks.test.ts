import { DefaultStackSynthesizer, PermissionsBoundary, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { checkConfig, type ExporterConfig } from '../../lib/config/index.ts';
import { type PlaceStacksOptions, placeStacks, type StackPlacement } from '../../lib/place-stacks.ts';
import { DEFAULT_CONFIG, dummyCode, newApp } from './synth.ts';

const MANY: ExporterConfig = {
  ...DEFAULT_CONFIG,
  history: { account: '111111111111', region: 'us-east-1' },
  targets: [{ account: '222222222222', regions: ['eu-west-1'] }],
};

function stacksOf(config: ExporterConfig, options: PlaceStacksOptions = {}): Stack[] {
  const app = newApp();
  placeStacks(app, checkConfig(config), { code: dummyCode, healthCode: dummyCode, ...options });
  return app.node.children.filter((child) => child instanceof Stack);
}

test('the properties of each stack come from a function that is told which stack it is', () => {
  const placements: StackPlacement[] = [];
  const stackProps = (placement: StackPlacement) => {
    placements.push(placement);
    return {
      description: `Of ${placement.kind}`,
      env: { account: '999999999999', region: 'eu-north-1' },
      tags: { component: placement.kind },
      permissionsBoundary: PermissionsBoundary.fromName('boundary'),
      synthesizer: new DefaultStackSynthesizer({ qualifier: 'fleet' }),
    };
  };
  const [history, target] = stacksOf(MANY, { stackProps }) as [Stack, Stack];
  expect(placements).toEqual([
    { kind: 'history', id: 'IotJobsHistory', account: '111111111111', region: 'us-east-1' },
    {
      kind: 'target',
      id: 'IotJobsExporter-222222222222-eu-west-1',
      account: '222222222222',
      region: 'eu-west-1',
    },
  ]);
  expect([history.tags.tagValues(), target.tags.tagValues()]).toEqual([
    { component: 'history' },
    { component: 'target' },
  ]);
  const template = Template.fromStack(target);
  expect(template.toJSON().Description).toBe('Of target');
  const roles = Object.values(template.findResources('AWS::IAM::Role'));
  expect(roles.length).toBeGreaterThan(0);
  for (const { Properties } of roles)
    expect(JSON.stringify(Properties.PermissionsBoundary)).toContain('policy/boundary');
  expect(JSON.stringify(template.toJSON())).toContain('/cdk-bootstrap/fleet/version');
  // The configuration's, which the history's policy names.
  expect([history.account, history.region]).toEqual(['111111111111', 'us-east-1']);
  expect([target.account, target.region]).toEqual(['222222222222', 'eu-west-1']);
});

test('the stack of one account takes an account and a Region', () => {
  const env = { account: '333333333333', region: 'eu-central-1' };
  const stackProps = ({ kind }: StackPlacement) => (kind === 'exporter' ? { env } : {});
  const [stack] = stacksOf(DEFAULT_CONFIG, { stackProps });
  expect({ account: stack?.account, region: stack?.region }).toEqual(env);
});

test.each([
  ['one account', DEFAULT_CONFIG],
  ['many accounts', MANY],
])('a prefix is in the names of the stacks and changes no logical id: %s', (_, config) => {
  const plain = stacksOf(config);
  const named = stacksOf({ ...config, stackPrefix: 'fleet-' });
  expect(named.map(({ stackName }) => stackName)).toEqual(plain.map(({ stackName }) => `fleet-${stackName}`));
  const idsOf = (stack: Stack) => Object.keys(Template.fromStack(stack).toJSON().Resources);
  expect(named.map(idsOf)).toEqual(plain.map(idsOf));
});

test('termination protection is of every stack, where the configuration wants it', () => {
  for (const config of [DEFAULT_CONFIG, MANY]) {
    const protectedOf = (stacks: Stack[]) => [...new Set(stacks.map((stack) => stack.terminationProtection ?? false))];
    expect(protectedOf(stacksOf({ ...config, terminationProtection: true }))).toEqual([true]);
    expect(protectedOf(stacksOf(config))).toEqual([false]);
  }
});

test('a target is deployed after the history of the hub', () => {
  const [history, target] = stacksOf(MANY) as [Stack, Stack];
  const assembly = history.node.root as ReturnType<typeof newApp>;
  const artifact = assembly.synth().getStackByName(target.stackName);
  expect(artifact.dependencies.map(({ id }) => id)).toContain(history.artifactId);
});
