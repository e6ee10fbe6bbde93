import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';

/** Retries of the delivery of an event. */
const RETRY_ATTEMPTS = 10;

/** Properties for HealthSchedule. */
export interface HealthScheduleProps {
  /** The function that the schedule invokes. */
  readonly function: lambda.IFunction;
  /** Minutes between two looks. */
  readonly everyMinutes: number;
  /** The event, as JSON. */
  readonly input: string;
}

/** The schedule of the looks, in a group of its own, to which its role is limited. */
export class HealthSchedule extends Construct {
  constructor(scope: Construct, id: string, { function: target, everyMinutes, input }: HealthScheduleProps) {
    super(scope, id);
    const group = new scheduler.CfnScheduleGroup(this, 'Group');
    const invoke = new iam.PolicyStatement({
      sid: 'Invoke',
      actions: ['lambda:InvokeFunction'],
      resources: [target.functionArn],
    });
    const role = new iam.Role(this, 'Role', {
      description: 'Of the schedule that looks at the exports of the history of AWS IoT jobs',
      assumedBy: new iam.ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account, 'aws:SourceArn': group.attrArn } },
      }),
      inlinePolicies: { Invoke: new iam.PolicyDocument({ statements: [invoke] }) },
    });
    new scheduler.CfnSchedule(this, 'Resource', {
      description: 'Looks at the exports of the history of AWS IoT jobs',
      groupName: group.ref,
      scheduleExpression: `rate(${everyMinutes} minutes)`,
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: target.functionArn,
        roleArn: role.roleArn,
        input,
        retryPolicy: { maximumRetryAttempts: RETRY_ATTEMPTS, maximumEventAgeInSeconds: everyMinutes * 60 },
      },
    });
  }
}
