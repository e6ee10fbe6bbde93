import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import type { Construct, IDependable } from 'constructs';
import { writerStatements } from '../history/access.ts';
import type { IIotJobsHistory } from '../history/history.ts';
import { placeOf } from '../history/place.ts';
import type { NamedStateMachine } from './long-runs.ts';
import { networkStatements } from './network-access.ts';

/** Properties for exportRole. */
export interface ExportRoleProps {
  /** History that the function writes to. */
  readonly history: IIotJobsHistory;
  /** Queue for events on which the function and its retries have failed. */
  readonly deadLetterQueue: sqs.IQueue;
  /** The function's log group. */
  readonly logGroup: logs.ILogGroup;
  /** State machine that continues runs of more than one invocation; `undefined` where no run may take more. */
  readonly stateMachine: NamedStateMachine | undefined;
  /** Whether an export has `details`. */
  readonly describes: boolean;
  /** Whether the function is in a VPC. */
  readonly isInVpc: boolean;
  /** Role that the app provides. */
  readonly role: iam.IRole | undefined;
}

/** Role of the function, and its policies, which must exist before the function, since Lambda checks the permissions. */
export interface ExportRole {
  /** The role. */
  readonly role: iam.IRole;
  /** Policies of the role. */
  readonly policies: readonly IDependable[];
}

/** Makes the function's role, with an inline policy, or attaches a policy to the role that the app provides. */
export function exportRole(scope: Construct, props: ExportRoleProps): ExportRole {
  const statements = exportStatements(scope, props);
  if (props.role) {
    // Not the role's default policy: two exporters can share a role, and the ids of their statements are the same.
    const policy = new iam.Policy(scope, 'Policy', { statements });
    props.role.attachInlinePolicy(policy);
    return { role: props.role, policies: [policy] };
  }
  const role = new iam.Role(scope, 'Role', {
    description: 'Of the function that exports AWS IoT jobs',
    assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
    inlinePolicies: { Export: new iam.PolicyDocument({ statements }) },
  });
  return { role, policies: [] };
}

function exportStatements(scope: Construct, props: ExportRoleProps): iam.PolicyStatement[] {
  const stack = Stack.of(scope);
  return [
    // ListJobs has no resource type and no condition key. Source: Service Authorization Reference, AWS IoT.
    new iam.PolicyStatement({ sid: 'ListJobs', actions: ['iot:ListJobs'], resources: ['*'] }),
    // To find out whether a thing group without jobs exists. Source: Service Authorization Reference, AWS IoT,
    // DescribeThingGroup.
    new iam.PolicyStatement({
      sid: 'LookUpThingGroups',
      actions: ['iot:DescribeThingGroup'],
      resources: [stack.formatArn({ service: 'iot', resource: 'thinggroup', resourceName: '*' })],
    }),
    ...(props.describes ? [describeStatement(stack)] : []),
    ...writerStatements(props.history, placeOf(scope), {
      mayOutlast: props.stateMachine !== undefined,
      describes: props.describes,
    }),
    ...(props.stateMachine ? continuationStatements(props.stateMachine) : []),
    new iam.PolicyStatement({
      sid: 'HandOverFailures',
      actions: ['sqs:SendMessage'],
      resources: [props.deadLetterQueue.queueArn],
    }),
    new iam.PolicyStatement({
      sid: 'WriteLogs',
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [props.logGroup.logGroupArn],
    }),
    ...(props.isInVpc ? networkStatements() : []),
  ];
}

/** Source: Service Authorization Reference, AWS IoT, DescribeJob: the resource type job. */
function describeStatement(stack: Stack): iam.PolicyStatement {
  const resources = [stack.formatArn({ service: 'iot', resource: 'job', resourceName: '*' })];
  return new iam.PolicyStatement({ sid: 'DescribeJobs', actions: ['iot:DescribeJob'], resources });
}

/** Source: Service Authorization Reference, AWS Step Functions: an execution has a resource type of its own. */
function continuationStatements({ arn, executionsArn }: NamedStateMachine): iam.PolicyStatement[] {
  return [
    new iam.PolicyStatement({ sid: 'HandOnLongRuns', actions: ['states:StartExecution'], resources: [arn] }),
    new iam.PolicyStatement({ sid: 'FindLongRuns', actions: ['states:DescribeExecution'], resources: [executionsArn] }),
  ];
}
