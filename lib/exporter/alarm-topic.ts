import { ArnFormat, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sns from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';

/**
 * The stack's topic, which alarms notify. It has no key of AWS KMS, for which CloudWatch would need a customer key, at $1 a
 * month in each account and Region. SNS encrypts its disks in any case (Amazon SNS Developer Guide, "Amazon SNS data
 * encryption"), and alarms contain only counts and names of exports and thing groups.
 */
export class AlarmTopic extends sns.Topic {
  /** @param emails addresses to subscribe; AWS asks each of them for confirmation */
  constructor(scope: Construct, id: string, emails: readonly string[]) {
    super(scope, id, { displayName: 'IoT jobs exporter', enforceSSL: true });
    const alarms = Stack.of(this).formatArn({
      service: 'cloudwatch',
      resource: 'alarm',
      resourceName: '*',
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    // Source: Amazon SNS Developer Guide, "Example cases for Amazon SNS access control", on CloudWatch alarms.
    this.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'Alarms',
        principals: [new iam.ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.topicArn],
        conditions: { ArnLike: { 'aws:SourceArn': alarms } },
      }),
    );
    for (const email of emails) this.addSubscription(new EmailSubscription(email));
  }
}
