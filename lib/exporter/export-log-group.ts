import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

/** Makes the function's log group. CloudWatch Logs of this account and Region gets a grant to use the customer key. */
export function exportLogGroup(scope: Construct, retention: number, encryptionKey?: kms.IKey): logs.LogGroup {
  encryptionKey?.addToResourcePolicy(logsMayUseKey(Stack.of(scope)));
  return new logs.LogGroup(scope, 'Logs', {
    retention,
    removalPolicy: RemovalPolicy.DESTROY,
    ...(encryptionKey && { encryptionKey }),
  });
}

/**
 * Makes the log group of an exporter's state machine. With this prefix of its name Step Functions adds nothing to a resource
 * policy of the account, whose size is limited. The grant of {@link exportLogGroup} to use the key covers this log group.
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
 * Lets CloudWatch Logs use the key for every log group of the account: CloudFormation chooses the group's name, and the group
 * cannot be made before the key's policy allows it.
 *
 * Source: Amazon CloudWatch Logs User Guide, "Encrypt log data in CloudWatch Logs using AWS KMS", Step 2.
 */
function logsMayUseKey(stack: Stack): iam.PolicyStatement {
  const { partition, region, account } = stack;
  return new iam.PolicyStatement({
    principals: [new iam.ServicePrincipal(`logs.${region}.amazonaws.com`)],
    actions: ['kms:Encrypt*', 'kms:Decrypt*', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:Describe*'],
    // In the policy of a key, "*" means the key.
    resources: ['*'],
    conditions: {
      ArnLike: { 'kms:EncryptionContext:aws:logs:arn': `arn:${partition}:logs:${region}:${account}:log-group:*` },
    },
  });
}
