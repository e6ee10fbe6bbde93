import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

/** Makes the function's log group. A customer key lets CloudWatch Logs of this account and Region use it. */
export function exportLogGroup(scope: Construct, retention: number, encryptionKey?: kms.IKey): logs.LogGroup {
  encryptionKey?.addToResourcePolicy(logsMayUseKey(Stack.of(scope)));
  return new logs.LogGroup(scope, 'Logs', {
    retention,
    removalPolicy: RemovalPolicy.DESTROY,
    ...(encryptionKey && { encryptionKey }),
  });
}

/**
 * Makes the log group of an exporter's state machine. By the beginning of its name Step Functions needs no more room in a
 * policy of the account, which is short. The key's policy is that of {@link exportLogGroup}, for every log group.
 *
 * Source: AWS Step Functions Developer Guide, "Using CloudWatch Logs to log execution history in Step Functions",
 * Troubleshooting.
 */
export function stateMachineLogGroup(
  scope: Construct,
  stateMachineName: string,
  retention: number,
  encryptionKey?: kms.IKey,
): logs.LogGroup {
  return new logs.LogGroup(scope, 'Logs', {
    logGroupName: `/aws/vendedlogs/states/${stateMachineName}`,
    retention,
    removalPolicy: RemovalPolicy.DESTROY,
    ...(encryptionKey && { encryptionKey }),
  });
}

/**
 * For every log group of the account: its name is CloudFormation's choice, and the group cannot be made before the key's
 * policy allows it.
 *
 * Source: Amazon CloudWatch Logs User Guide, "Encrypt log data in CloudWatch Logs using AWS KMS", Step 2.
 */
function logsMayUseKey(stack: Stack): iam.PolicyStatement {
  const { partition, region, account } = stack;
  return new iam.PolicyStatement({
    principals: [new iam.ServicePrincipal(`logs.${region}.amazonaws.com`)],
    actions: ['kms:Encrypt*', 'kms:Decrypt*', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:Describe*'],
    // In a key's policy, the key itself.
    resources: ['*'],
    conditions: {
      ArnLike: { 'kms:EncryptionContext:aws:logs:arn': `arn:${partition}:logs:${region}:${account}:log-group:*` },
    },
  });
}
