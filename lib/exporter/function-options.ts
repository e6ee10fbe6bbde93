import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as lambda from 'aws-cdk-lib/aws-lambda';

/** Options for the function that need an app, and cannot be in a configuration file. */
export interface ExportFunctionOptions {
  /**
   * Code of the function. Its module `index` exports `handler`.
   *
   * @default - the bundle that comes with this package
   */
  readonly code?: lambda.Code;
  /**
   * Execution role of the function. `lambda.amazonaws.com` must be able to assume it. It gets a policy with the permissions
   * that the function needs. CDK cannot add a policy to a role of another account or one imported with `mutable: false`: give
   * it the statements that docs/library.md lists.
   *
   * @default - a new role
   */
  readonly role?: iam.IRole;
  /**
   * VPC of the function. The function calls AWS IoT and Amazon S3, and with `maxRunMinutes` above 15 AWS Step Functions, so
   * the subnets need a NAT gateway, or the endpoints that docs/library.md lists.
   *
   * @default - no VPC
   */
  readonly vpc?: ec2.IVpc;
  /**
   * Subnets of the function in the VPC.
   *
   * @default - the private subnets
   */
  readonly vpcSubnets?: ec2.SubnetSelection;
  /**
   * Security groups of the function in the VPC. It opens connections to port 443, and accepts none.
   *
   * @default - a new one that allows all outbound traffic
   */
  readonly securityGroups?: ec2.ISecurityGroup[];
  /**
   * Customer key that encrypts the log group of the function, and of the state machine. A key of this app gets the grant that
   * CloudWatch Logs needs. An imported key must have the statement in docs/library.md.
   *
   * @default - a key of CloudWatch Logs
   */
  readonly logEncryptionKey?: kms.IKey;
}
