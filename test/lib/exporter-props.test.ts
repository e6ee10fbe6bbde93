import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sns from 'aws-cdk-lib/aws-sns';
import { UsageError } from '../../lib/config/errors.ts';
import { IotJobsExporter, type IotJobsExporterProps, IotJobsHistory } from '../../lib/index.ts';
import { allowedStatements, DEFAULT_CONFIG, dummyCode, LONG_CONFIG, newApp, propertiesOf } from './synth.ts';

const ENV = { account: '222222222222', region: 'eu-west-1' };

function newStack(): Stack {
  return new Stack(newApp(), 'Test', { env: ENV });
}

function exporterIn(stack: Stack, props: Partial<IotJobsExporterProps> = {}, id = 'Exporter'): IotJobsExporter {
  const history = IotJobsHistory.fromBucketName(stack, `${id}History`, 'the-history');
  return new IotJobsExporter(stack, id, { history, code: dummyCode(), exports: DEFAULT_CONFIG.exports, ...props });
}

const sidsOf = (template: Template) => allowedStatements(template).map(({ Sid }) => Sid);

describe('a topic', () => {
  test('of the app is the one of all alarms, and the exporter makes none', () => {
    const stack = newStack();
    const alarmTopic = new sns.Topic(stack, 'OnCall');
    exporterIn(stack, { alarmTopic });
    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::SNS::Topic', 1);
    const notified = ['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm']
      .flatMap((type) => Object.values(template.findResources(type)))
      .flatMap(({ Properties: { AlarmActions = [], OKActions = [] } }) => [...AlarmActions, ...OKActions]);
    expect(notified.length).toBeGreaterThan(4);
    for (const topic of notified) expect(topic).toEqual(stack.resolve(alarmTopic.topicArn));
  });

  test('and an ARN of another one are refused', () => {
    const stack = newStack();
    const alarmTopic = new sns.Topic(stack, 'OnCall');
    const alarmTopicArn = 'arn:aws:sns:eu-west-1:222222222222:on-call';
    expect(() => exporterIn(stack, { alarmTopic, alarmTopicArn })).toThrow(
      new UsageError('Test/Exporter must have alarmTopic or alarmTopicArn; got both: remove one of the two'),
    );
  });

  test('and addresses, which are subscribed to the topic of the exporter, are refused', () => {
    const stack = newStack();
    const alarmTopic = new sns.Topic(stack, 'OnCall');
    expect(() => exporterIn(stack, { alarmTopic, alarmEmails: ['on-call@example.com'] })).toThrow(
      new UsageError(
        'Test/Exporter: alarmEmails must be left out with alarmTopic: subscribe the addresses to that topic yourself, or ' +
          'remove alarmTopic; got ["on-call@example.com"]',
      ),
    );
  });
});

describe('a role', () => {
  const ofFunction = ['ListJobs', 'LookUpThingGroups', 'WriteAndReadOwnPartition', 'HandOverFailures', 'WriteLogs'];
  const newRole = (stack: Stack) =>
    new iam.Role(stack, 'Mine', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });

  test("of the app is the function's, with a policy that is there before the function", () => {
    const stack = newStack();
    const role = newRole(stack);
    const exporter = exporterIn(stack, { role });
    const template = Template.fromStack(stack);
    expect(exporter.role).toBe(role);
    expect(sidsOf(template)).toEqual(expect.arrayContaining(ofFunction));
    template.hasResourceProperties('AWS::IAM::Policy', { Roles: [stack.resolve(role.roleName)] });
    const [policy = ''] = Object.keys(template.findResources('AWS::IAM::Policy'));
    template.hasResource('AWS::Lambda::Function', {
      Properties: { Role: stack.resolve(role.roleArn) },
      DependsOn: Match.arrayWith([policy]),
    });
  });

  test('of the app can be that of two exporters', () => {
    const stack = newStack();
    const role = newRole(stack);
    exporterIn(stack, { role }, 'One');
    exporterIn(stack, { role, exports: [{ name: 'daily', schedule: 'cron(0 3 * * ? *)' }] }, 'Two');
    const policies = propertiesOf<{ PolicyDocument: { Statement: { Sid: string }[] } }>(
      Template.fromStack(stack),
      'AWS::IAM::Policy',
    );
    expect(policies).toHaveLength(2);
    for (const { PolicyDocument } of policies) {
      const sids = PolicyDocument.Statement.map(({ Sid }) => Sid);
      expect(new Set(sids).size).toBe(sids.length);
    }
  });

  test('that is imported gets the policy, unless it is immutable', () => {
    const arn = 'arn:aws:iam::222222222222:role/exporter';
    for (const [mutable, count] of [
      [true, 1],
      [false, 0],
    ] as const) {
      const stack = newStack();
      exporterIn(stack, { role: iam.Role.fromRoleArn(stack, 'Mine', arn, { mutable }) });
      const template = Template.fromStack(stack);
      template.resourceCountIs('AWS::IAM::Policy', count);
      template.hasResourceProperties('AWS::Lambda::Function', { Role: arn });
    }
  });

  test('has the permissions boundary that CDK puts on all roles', () => {
    const stack = newStack();
    const exporter = exporterIn(stack);
    const boundary = iam.ManagedPolicy.fromManagedPolicyName(stack, 'Boundary', 'boundary');
    iam.PermissionsBoundary.of(exporter).apply(boundary);
    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::IAM::Role', 2);
    template.allResourcesProperties('AWS::IAM::Role', {
      PermissionsBoundary: stack.resolve(boundary.managedPolicyArn),
    });
  });
});

describe('a VPC', () => {
  test("is the function's, in the subnets and security groups that the app chose", () => {
    const stack = newStack();
    const vpc = new ec2.Vpc(stack, 'Vpc', { maxAzs: 1 });
    const group = new ec2.SecurityGroup(stack, 'Group', { vpc, allowAllOutbound: false });
    const subnets = { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS };
    const exporter = exporterIn(stack, { vpc, vpcSubnets: subnets, securityGroups: [group] });
    exporter.connections.allowToAnyIpv4(ec2.Port.HTTPS);
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::Lambda::Function', {
      VpcConfig: {
        SubnetIds: vpc.selectSubnets(subnets).subnetIds.map((id) => stack.resolve(id)),
        SecurityGroupIds: [stack.resolve(group.securityGroupId)],
      },
    });
    template.hasResourceProperties('AWS::EC2::SecurityGroup', {
      SecurityGroupEgress: [Match.objectLike({ FromPort: 443, ToPort: 443, CidrIp: '0.0.0.0/0' })],
    });
  });

  test("gives the role what Lambda needs for network interfaces, and the function's code nothing of it", () => {
    const stack = newStack();
    exporterIn(stack, { vpc: new ec2.Vpc(stack, 'Vpc', { maxAzs: 1 }) });
    const actions = [
      'ec2:AssignPrivateIpAddresses',
      'ec2:CreateNetworkInterface',
      'ec2:DeleteNetworkInterface',
      'ec2:DescribeNetworkInterfaces',
      'ec2:DescribeSubnets',
      'ec2:UnassignPrivateIpAddresses',
    ];
    type Made = { Policies: { PolicyDocument: { Statement: { Sid: string; Action: string[] }[] } }[] };
    const roles = propertiesOf<Made>(Template.fromStack(stack), 'AWS::IAM::Role');
    const statements = roles.flatMap(({ Policies = [] }) =>
      Policies.flatMap((policy) => policy.PolicyDocument.Statement),
    );
    const bySid = new Map(statements.map((statement) => [statement.Sid, statement]));
    expect([...(bySid.get('ManageNetworkInterfaces')?.Action ?? [])].sort()).toEqual(actions);
    expect(bySid.get('NotFromTheFunction')).toMatchObject({
      Effect: 'Deny',
      Condition: { Null: { 'lambda:SourceFunctionArn': 'false' } },
    });
  });

  test('is needed for subnets, security groups and connections', () => {
    const vpcSubnets = { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS };
    expect(() => exporterIn(newStack(), { vpcSubnets })).toThrow(
      new UsageError('Test/Exporter must have a vpc with vpcSubnets or securityGroups; got none: add it'),
    );
    expect(() => exporterIn(newStack()).connections).toThrow(/VPC/);
  });
});

describe('a key of the log group', () => {
  test('of the app can be used by CloudWatch Logs of the account and Region alone', () => {
    const stack = newStack();
    const key = new kms.Key(stack, 'Key');
    exporterIn(stack, { logEncryptionKey: key });
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::Logs::LogGroup', { KmsKeyId: stack.resolve(key.keyArn) });
    template.hasResourceProperties('AWS::KMS::Key', {
      KeyPolicy: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Principal: { Service: 'logs.eu-west-1.amazonaws.com' },
            Condition: {
              ArnLike: {
                'kms:EncryptionContext:aws:logs:arn': 'arn:aws:logs:eu-west-1:222222222222:log-group:*',
              },
            },
          }),
        ]),
      },
    });
  });

  test('that is imported is used as it is', () => {
    const stack = newStack();
    const arn = 'arn:aws:kms:eu-west-1:222222222222:key/0b2b6d1c-8a5e-4b52-9f2f-8a8c3f1f7c11';
    exporterIn(stack, { logEncryptionKey: kms.Key.fromKeyArn(stack, 'Key', arn) });
    Template.fromStack(stack).hasResourceProperties('AWS::Logs::LogGroup', { KmsKeyId: arn });
  });

  test('of another Region, which CloudWatch Logs cannot use, is refused', () => {
    const stack = newStack();
    const arn = 'arn:aws:kms:us-east-1:222222222222:key/0b2b6d1c-8a5e-4b52-9f2f-8a8c3f1f7c11';
    expect(() => exporterIn(stack, { logEncryptionKey: kms.Key.fromKeyArn(stack, 'Key', arn) })).toThrow(
      new UsageError(
        'Test/Exporter: logEncryptionKey must be a key in eu-west-1, the Region of its stack, and is in us-east-1; got ' +
          `"${arn}"`,
      ),
    );
  });
});

describe('what an exporter gives to others', () => {
  test('its principal takes grants', () => {
    const stack = newStack();
    const key = new kms.Key(stack, 'Key');
    key.grantDecrypt(exporterIn(stack));
    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: { Statement: [Match.objectLike({ Action: 'kms:Decrypt' })] },
    });
  });

  test('a role that replays events can be granted to invoke the function', () => {
    const stack = newStack();
    const onCall = new iam.Role(stack, 'OnCall', { assumedBy: new iam.AccountRootPrincipal() });
    exporterIn(stack).grantInvoke(onCall);
    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: { Statement: [Match.objectLike({ Action: 'lambda:InvokeFunction' })] },
      Roles: [stack.resolve(onCall.roleName)],
    });
  });
});

test('docs/library.md lists every action that the role has', () => {
  const document = readFileSync(join(import.meta.dirname, '../../docs/library.md'), 'utf8');
  const stack = newStack();
  const history = new IotJobsHistory(stack, 'History', {
    exportNames: ['all'],
    encryptionKey: new kms.Key(stack, 'Key'),
    objectLock: { mode: 'GOVERNANCE', days: 30 },
  });
  const role = new iam.Role(stack, 'Mine', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
  exporterIn(stack, { history, role, vpc: new ec2.Vpc(stack, 'Vpc', { maxAzs: 1 }), exports: LONG_CONFIG.exports });
  type Made = { PolicyDocument: { Statement: { Action: string | string[] }[] } };
  const made = propertiesOf<Made>(Template.fromStack(stack), 'AWS::IAM::Policy');
  const actions = made.flatMap(({ PolicyDocument }) => PolicyDocument.Statement.flatMap(({ Action }) => Action));
  expect(actions.length).toBeGreaterThan(12);
  expect(actions.filter((action) => !document.includes(`\`${action}\``))).toEqual([]);
});
