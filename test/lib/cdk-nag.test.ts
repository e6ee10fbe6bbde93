import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import { acknowledgeFindings } from '../../bin/scanner-findings.ts';
import { checkConfig, type ExporterConfig } from '../../lib/config/index.ts';
import { IotJobsExporter, IotJobsHistory } from '../../lib/index.ts';
import { placeStacks } from '../../lib/place-stacks.ts';
import { DEFAULT_CONFIG, DETAILS_CONFIG, dummyCode, LONG_CONFIG, newApp } from './synth.ts';

/** Findings of cdk-nag's AwsSolutions rules, but for those that a construct gives its reason for. */
function findingsOf(config: ExporterConfig): string[] {
  const app = newApp();
  placeStacks(app, checkConfig(config), { code: dummyCode, healthCode: dummyCode });
  acknowledgeFindings(app);
  const stacks = app.node.children.filter((child) => child instanceof Stack);
  return stacks.flatMap((stack) => {
    const { violations } = new AwsSolutionsChecks(app).validateScope(stack);
    const unexplained = violations.filter(
      ({ ruleName, violatingResources }) =>
        !violatingResources.every(({ constructPath }) => isExplained(stack, constructPath ?? '', ruleName)),
    );
    return unexplained.map(({ ruleName }) => `${stack.stackName}: ${ruleName}`);
  });
}

/** IAM5 reports each wildcard by itself, with logical ids in its name; a construct gives one reason for all of its own. */
function isExplained(stack: Stack, path: string, ruleName: string): boolean {
  const rule = ruleName.replace(/\[.*/, '');
  const resource = stack.node.root.node.findAll().find(({ node }) => node.path === path);
  return JSON.stringify(resource?.node.metadata ?? []).includes(`::${rule}":`);
}

test('AwsSolutions finds nothing in the stack of one account', () => {
  expect(findingsOf(DEFAULT_CONFIG)).toEqual([]);
});

test('AwsSolutions finds nothing in the stack of an account with runs that outlast an invocation', () => {
  expect(findingsOf(LONG_CONFIG)).toEqual([]);
});

test('AwsSolutions finds nothing in the stack of an account with details of jobs', () => {
  expect(findingsOf(DETAILS_CONFIG)).toEqual([]);
});

test('AwsSolutions finds nothing in the stacks of many accounts, with a customer key', () => {
  const history = { account: '111111111111', region: 'us-east-1', customerKey: true, organizationId: 'o-a1b2c3d4e5' };
  const targets = [{ account: '222222222222', regions: ['eu-west-1'] }];
  expect(findingsOf({ ...DEFAULT_CONFIG, history, targets })).toEqual([]);
});

test('AwsSolutions finds nothing in the stack of an organization', () => {
  const history = { account: '111111111111', region: 'us-east-1', organizationId: 'o-a1b2c3d4e5' };
  const organization = { organizationalUnits: ['ou-a1b2-c3d4e5f6'], regions: ['eu-west-1'] };
  expect(findingsOf({ ...DEFAULT_CONFIG, history, organization })).toEqual([]);
});

test('the reasons for the function that looks at the exports are its own', () => {
  const history = { account: '111111111111', region: 'us-east-1' };
  const targets = [{ account: '222222222222', regions: ['eu-west-1'] }];
  const app = newApp();
  placeStacks(app, checkConfig({ ...DEFAULT_CONFIG, history, targets }), { code: dummyCode, healthCode: dummyCode });
  acknowledgeFindings(app);
  const template = Template.fromStack(app.node.findChild('IotJobsHistory') as Stack);
  const [look] = Object.values(template.findResources('AWS::Lambda::Function'));
  const reasons: { id: string; comment: string }[] = look?.Metadata.checkov.skip;
  // It has no dead-letter queue, and no option of its concurrency.
  expect(reasons.find(({ id }) => id === 'CKV_AWS_116')?.comment).toContain('the next one says all');
  expect(reasons.find(({ id }) => id === 'CKV_AWS_115')?.comment).not.toContain('option');
});

test('an app that uses the constructs sees what its own scanners find', () => {
  const app = newApp();
  const stack = new Stack(app, 'Fleet');
  const history = new IotJobsHistory(stack, 'History', { exportNames: ['all'] });
  new IotJobsExporter(stack, 'Exporter', { history, code: dummyCode(), exports: DEFAULT_CONFIG.exports });
  const { violations } = new AwsSolutionsChecks(app).validateScope(stack);
  const found = violations.map(({ ruleName }) => ruleName.replace(/\[.*/, ''));
  expect(found).toEqual(expect.arrayContaining(['AwsSolutions-S1', 'AwsSolutions-IAM5', 'AwsSolutions-SQS3']));
});
