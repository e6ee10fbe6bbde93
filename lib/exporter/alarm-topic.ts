import { Stack } from 'aws-cdk-lib';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';

const CLOUDWATCH = 'cloudwatch.amazonaws.com';

/**
 * The topic that alarms tell, for whoever is on call to subscribe to. Encrypted by a key of its own, because CloudWatch
 * may not use the one that AWS manages for SNS. Source: Amazon SNS Developer Guide, "Enable compatibility between event
 * sources from AWS services and encrypted topics".
 */
export class AlarmTopic extends Construct {
  /** The topic, to subscribe to. */
  readonly topic: sns.Topic;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    const ownAlarms = { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } };
    const key = new kms.Key(this, 'Key', {
      description: 'Alarms on the export of AWS IoT jobs',
      enableKeyRotation: true,
    });
    key.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'Alarms',
        principals: [new iam.ServicePrincipal(CLOUDWATCH)],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        resources: ['*'],
        conditions: ownAlarms,
      }),
    );
    this.topic = new sns.Topic(this, 'Resource', {
      displayName: 'IoT jobs exporter',
      masterKey: key,
      enforceSSL: true,
    });
    this.topic.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'Alarms',
        principals: [new iam.ServicePrincipal(CLOUDWATCH)],
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
        conditions: ownAlarms,
      }),
    );
  }
}

/** The action that tells a topic of which only the ARN is known, which may be a token. */
export function topicAction(_scope: Construct, topicArn: string): cloudwatch.IAlarmAction {
  return { bind: () => ({ alarmActionArn: topicArn }) };
}
