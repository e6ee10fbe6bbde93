import * as iam from 'aws-cdk-lib/aws-iam';

/** Source: AWS Lambda Developer Guide, "Giving Lambda functions access to resources in an Amazon VPC", Required IAM permissions. */
const NETWORK_INTERFACE_ACTIONS = [
  'ec2:CreateNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:DeleteNetworkInterface',
  'ec2:AssignPrivateIpAddresses',
  'ec2:UnassignPrivateIpAddresses',
];

/**
 * Permissions that the role of a function in a VPC needs, so that Lambda can manage its network interfaces. The function's own
 * code is denied them: its calls have `lambda:SourceFunctionArn`, those of Lambda do not.
 *
 * Source: AWS Lambda Developer Guide, "Using source function ARN to control function access behavior".
 */
export function networkStatements(): iam.PolicyStatement[] {
  return [
    new iam.PolicyStatement({ sid: 'ManageNetworkInterfaces', actions: NETWORK_INTERFACE_ACTIONS, resources: ['*'] }),
    new iam.PolicyStatement({
      sid: 'NotFromTheFunction',
      effect: iam.Effect.DENY,
      actions: NETWORK_INTERFACE_ACTIONS,
      resources: ['*'],
      conditions: { Null: { 'lambda:SourceFunctionArn': 'false' } },
    }),
  ];
}
