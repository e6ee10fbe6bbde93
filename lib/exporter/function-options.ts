import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as lambda from 'aws-cdk-lib/aws-lambda';

/** Options of the function that only an app can give, not a configuration file. */
export interface ExportFunctionOptions {
  /**
   * The function's code, whose module `index` exports `handler`.
   *
   * @default - the bundle that comes with this package
   */
  readonly code?: lambda.Code;
  /**
   * Execution role of the function, which `lambda.amazonaws.com` may assume. It gets a policy with what the function
   * needs. A role that CDK cannot change (`fromRoleArn` with `mutable: false`, or of another account) gets none: give it
   * the statements that docs/library.md lists.
   *
   * @default - a role of its own
   */
  readonly role?: iam.IRole;
  /**
   * VPC that the function is in. It calls AWS IoT and Amazon S3 alone, and AWS Step Functions where a run may outlast an
   * invocation, so the subnets need a NAT gateway, or the endpoints that docs/library.md lists.
   *
   * @default - none
   */
  readonly vpc?: ec2.IVpc;
  /**
   * Subnets of the VPC.
   *
   * @default - the private subnets
   */
  readonly vpcSubnets?: ec2.SubnetSelection;
  /**
   * Security groups of the function in the VPC. It opens connections to port 443, and accepts none.
   *
   * @default - one of its own that allows all outbound traffic
   */
  readonly securityGroups?: ec2.ISecurityGroup[];
  /**
   * Customer key that encrypts the function's log group. A key of this app gets the grant that CloudWatch Logs needs; an
   * imported one must have it: docs/library.md lists it.
   *
   * @default - a key of CloudWatch Logs
   */
  readonly logEncryptionKey?: kms.IKey;
}
