import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import type { CloudAssembly } from 'aws-cdk-lib/cx-api';
import { checkConfig, type ExporterConfig } from '../../lib/config/index.ts';
import { placeStacks } from '../../lib/place-stacks.ts';
import { DEFAULT_CONFIG, dummyCode } from './synth.ts';

const { context: shipped } = JSON.parse(readFileSync(join(import.meta.dirname, '../../cdk.json'), 'utf8'));
const docs = readFileSync(join(import.meta.dirname, '../../docs/deploying.md'), 'utf8');
const HISTORY = 'IotJobsHistory';
const TARGET = 'IotJobsExporter-222222222222-us-east-1';
const MANY: ExporterConfig = {
  ...DEFAULT_CONFIG,
  history: { account: '111111111111', region: 'eu-west-1', customerKey: true },
  targets: [{ account: '222222222222', regions: ['us-east-1'] }],
};

interface Resource {
  readonly Type: string;
  readonly Properties?: { readonly PermissionsBoundary?: unknown };
}

/** Synthesizes with a context as `cdk.json` has it, the project's own besides. */
function synthWith(context: object, config: ExporterConfig = MANY): CloudAssembly {
  const app = new App({ context: { ...shipped, ...context } });
  placeStacks(app, checkConfig(config), { code: dummyCode, healthCode: dummyCode });
  return app.synth();
}

const rolesOf = (assembly: CloudAssembly, stack: string) =>
  Object.values(assembly.getStackByName(stack).template.Resources as Record<string, Resource>).filter(
    ({ Type }) => Type === 'AWS::IAM::Role',
  );

describe('a permissions boundary in the context', () => {
  const key = '@aws-cdk/core:permissionsBoundary';

  test.each([
    ['IotJobsExporter', DEFAULT_CONFIG],
    [TARGET, MANY],
  ])('is on every role of %s', (stack, config) => {
    const assembly = synthWith({ [key]: { name: 'developers' } }, config);
    const roles = rolesOf(assembly, stack);
    expect(roles.length).toBeGreaterThan(0);
    for (const { Properties } of roles) {
      expect(JSON.stringify(Properties?.PermissionsBoundary)).toMatch(/:policy\/developers"/);
    }
    for (const { Properties } of config === MANY ? rolesOf(assembly, HISTORY) : []) {
      expect(Properties?.PermissionsBoundary).toBeDefined();
    }
  });

  test('may be an ARN with the account of each stack', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a placeholder of the AWS CDK
    const arn = 'arn:aws:iam::${AWS::AccountId}:policy/${Qualifier}-developers';
    const roles = rolesOf(synthWith({ [key]: { arn } }), TARGET);
    for (const { Properties } of roles) {
      expect(Properties?.PermissionsBoundary).toBe('arn:aws:iam::222222222222:policy/hnb659fds-developers');
    }
  });

  test('is in docs/deploying.md as it is tried here', () => {
    expect(docs).toContain(`"${key}": { "name": "developers" }`);
  });
});

test('a bootstrap qualifier in the context is that of roles, assets and version of every stack', () => {
  const key = '@aws-cdk/core:bootstrapQualifier';
  const assembly = synthWith({ [key]: 'fleet' });
  for (const [name, account, region] of [
    [HISTORY, '111111111111', 'eu-west-1'],
    [TARGET, '222222222222', 'us-east-1'],
  ] as const) {
    const stack = assembly.getStackByName(name);
    expect(stack.assumeRoleArn).toContain(`role/cdk-fleet-deploy-role-${account}-${region}`);
    expect(stack.stackTemplateAssetObjectUrl).toContain(`s3://cdk-fleet-assets-${account}-${region}/`);
    expect(stack.bootstrapStackVersionSsmParameter).toBe('/cdk-bootstrap/fleet/version');
    expect(JSON.stringify(stack.template)).not.toContain('hnb659fds');
  }
  expect(docs).toContain(`"${key}": "fleet"`);
});

test('no stack has tags of its own, in whose place those of cdk deploy would come', () => {
  for (const config of [DEFAULT_CONFIG, MANY]) {
    for (const { tags, stackName } of synthWith({}, config).stacks)
      expect({ stackName, tags }).toEqual({ stackName, tags: {} });
  }
});
