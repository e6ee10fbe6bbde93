import { CfnResource, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** A finding of a scanner that does not apply to this app's resources. */
interface Finding {
  /** CloudFormation type of the resources. */
  readonly type: string;
  /** Pattern of their construct paths. */
  readonly path: RegExp;
  /** Reason by rule id: checkov's `CKV_…`, cdk-nag's `AwsSolutions-…`. */
  readonly reasons: Readonly<Record<string, string>>;
}

const NO_ACCESS_LOGS = 'Access logs need a bucket of their own; CloudTrail data events say more, where they are wanted';
const COPIES = 'Results are copies that live for 30 days; CloudTrail has the queries';

const FAILURES_ARE_LOGGED =
  'Failures are logged, without the data of the execution, which Step Functions keeps for 90 days; the function logs the rest';
const NO_TRACES = 'A chain of invocations of one function, each of which logs what it does: a trace would say no more';

const FINDINGS: readonly Finding[] = [
  {
    type: 'AWS::S3::Bucket',
    path: /\/Bucket\/Resource\/Resource$/,
    reasons: { CKV_AWS_18: NO_ACCESS_LOGS, 'AwsSolutions-S1': NO_ACCESS_LOGS },
  },
  {
    type: 'AWS::S3::Bucket',
    path: /\/Results\/Resource$/,
    reasons: { CKV_AWS_18: COPIES, 'AwsSolutions-S1': COPIES, CKV_AWS_21: 'A result can be computed again' },
  },
  {
    type: 'AWS::IAM::ManagedPolicy',
    path: /./,
    reasons: {
      'AwsSolutions-IAM5':
        'Objects below the prefixes of rows, records and results, and the tables of the one database',
    },
  },
  {
    type: 'AWS::KMS::Key',
    path: /./,
    reasons: { CKV_AWS_33: 'A condition holds the principals to the organization or to accounts by number' },
  },
  {
    type: 'AWS::SQS::Queue',
    path: /\/DeadLetterQueue\/Resource$/,
    reasons: {
      CKV_AWS_27: 'Encrypted by SQS with a key of its own (SqsManagedSseEnabled), which the rule does not look for',
      'AwsSolutions-SQS3': 'It is the dead-letter queue, of EventBridge Scheduler and of the function',
    },
  },
  {
    type: 'AWS::SNS::Topic',
    path: /\/Alarms\/Topic\/Resource\/Resource$/,
    reasons: {
      CKV_AWS_26: 'SNS encrypts its disks; an alarm holds names and counts, no secret, and a key would cost $1 a month',
    },
  },
  {
    type: 'AWS::Logs::LogGroup',
    path: /./,
    reasons: {
      CKV_AWS_158: 'CloudWatch Logs encrypts with a key of its own; the lines hold names of jobs and groups, no secret',
    },
  },
  {
    type: 'AWS::Lambda::Function',
    path: /./,
    reasons: {
      CKV_AWS_115: 'Reserved concurrency is an option: a new account has none to spare',
      CKV_AWS_116: 'The dead-letter queue is the destination on failure, whose message also says what failed',
      CKV_AWS_117: 'It calls public endpoints of AWS alone, and accepts no connection',
      CKV_AWS_173: 'The environment holds a name, a rate and a log level, no secret',
    },
  },
  {
    type: 'AWS::IAM::Role',
    path: /\/Function\/Role\/Resource$/,
    reasons: {
      'AwsSolutions-IAM5':
        'ListJobs has no resource; the others end in * below the own account and Region, or at a key known by the bucket',
    },
  },
  {
    type: 'AWS::Lambda::Function',
    path: /\/Health\/Function\/Resource\/Resource$/,
    reasons: {
      CKV_AWS_115: 'It is invoked by one schedule and after deployments, and two at once do no harm',
      CKV_AWS_116: 'A look that failed is of no use later: the next one says all that it would have said',
      CKV_AWS_173: 'The environment holds names and a log level, no secret',
    },
  },
  {
    type: 'AWS::IAM::Role',
    path: /\/Health\/Function\/Role\/Resource$/,
    reasons: {
      'AwsSolutions-IAM5':
        'Records of all exporters are below one prefix; the ARN of a StackSet ends in an id of its own',
    },
  },
  {
    type: 'AWS::IAM::Role',
    path: /\/LongRuns\/Role\/Resource$/,
    reasons: { 'AwsSolutions-IAM5': 'The delivery of logs of Step Functions has no resource type' },
  },
  {
    type: 'AWS::StepFunctions::StateMachine',
    path: /\/LongRuns\/Resource$/,
    reasons: {
      CKV_AWS_284: NO_TRACES,
      CKV_AWS_285: FAILURES_ARE_LOGGED,
      'AwsSolutions-SF1': FAILURES_ARE_LOGGED,
      'AwsSolutions-SF2': NO_TRACES,
    },
  },
];

/**
 * Records why findings of scanners do not apply: for checkov in the template's metadata, next to the resource; for cdk-nag by
 * CDK's acknowledgement. The constructs do not do this themselves: it would silence the scanners of apps that use them.
 */
export function acknowledgeFindings(scope: IConstruct): void {
  for (const resource of scope.node.findAll()) {
    if (!CfnResource.isCfnResource(resource)) continue;
    const found = FINDINGS.filter(
      ({ type, path }) => type === resource.cfnResourceType && path.test(resource.node.path),
    );
    const reasons = Object.entries(Object.assign({}, ...found.map((finding) => finding.reasons)) as Finding['reasons']);
    const skip = reasons.filter(([id]) => id.startsWith('CKV')).map(([id, comment]) => ({ id, comment }));
    if (skip.length > 0) resource.addMetadata('checkov', { skip });
    for (const [id, reason] of reasons.filter(([rule]) => !rule.startsWith('CKV'))) {
      Validations.of(resource).acknowledge({ id, reason });
    }
  }
}
