import { Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { ExportConfig } from '../config/config.ts';
import { exportEvent } from '../config/export-event.ts';

/**
 * Retries of the delivery, not of the run: those are settings of the function. EventBridge Scheduler's default is 185 within
 * 24 hours, after which an hourly export has long run again.
 * Source: EventBridge Scheduler API Reference, RetryPolicy.
 */
const RETRY_ATTEMPTS = 10;
const MAX_EVENT_AGE = Duration.hours(1);

/** Properties for ExportSchedules. */
export interface ExportSchedulesProps {
  /** The exports. Each gets a schedule. */
  readonly exports: readonly ExportConfig[];
  /** The function that the schedules invoke. */
  readonly function: lambda.IFunction;
  /** Queue for events that could not be delivered. */
  readonly deadLetterQueue: sqs.IQueue;
}

/** A schedule for each export, in a group of their own, which EventBridge Scheduler's metrics have as their dimension. */
export class ExportSchedules extends Construct {
  /** The group of the schedules. */
  readonly group: scheduler.IScheduleGroup;
  /** The schedules by the names of their exports. */
  readonly schedules: ReadonlyMap<string, scheduler.CfnSchedule>;

  constructor(scope: Construct, id: string, props: ExportSchedulesProps) {
    super(scope, id);
    // ScheduleGroup would choose the name itself and retain the group when the stack is deleted, so that the next deployment
    // would fail because the group exists.
    const { ref, attrArn } = new scheduler.CfnScheduleGroup(this, 'Group');
    this.group = scheduler.ScheduleGroup.fromScheduleGroupName(this, 'ImportedGroup', ref);
    const role = this.role(attrArn, props);
    this.schedules = new Map(props.exports.map((config) => [config.name, this.schedule(config, role, props)]));
  }

  private schedule(config: ExportConfig, role: iam.Role, props: ExportSchedulesProps): scheduler.CfnSchedule {
    return new scheduler.CfnSchedule(this, config.name, {
      description: `Takes a snapshot of the AWS IoT jobs of the export ${config.name}`,
      groupName: this.group.scheduleGroupName,
      scheduleExpression: config.schedule,
      ...(config.timeZone && { scheduleExpressionTimezone: config.timeZone }),
      // The scheduled time is the time of the snapshot. A window would only delay the listing.
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: props.function.functionArn,
        roleArn: role.roleArn,
        input: JSON.stringify(exportEvent(config, scheduler.ContextAttribute.scheduledTime)),
        retryPolicy: {
          maximumRetryAttempts: RETRY_ATTEMPTS,
          maximumEventAgeInSeconds: MAX_EVENT_AGE.toSeconds(),
        },
        deadLetterConfig: { arn: props.deadLetterQueue.queueArn },
      },
    });
  }

  /** Role of the schedules: it may only invoke this function (not its versions), and only for schedules of this group. */
  private role(groupArn: string, props: ExportSchedulesProps): iam.Role {
    const principal = new iam.ServicePrincipal('scheduler.amazonaws.com', {
      conditions: {
        StringEquals: {
          'aws:SourceAccount': Stack.of(this).account,
          'aws:SourceArn': groupArn,
        },
      },
    });
    const statements = [
      new iam.PolicyStatement({
        sid: 'Invoke',
        actions: ['lambda:InvokeFunction'],
        resources: [props.function.functionArn],
      }),
      new iam.PolicyStatement({
        sid: 'HandOverUndelivered',
        actions: ['sqs:SendMessage'],
        resources: [props.deadLetterQueue.queueArn],
      }),
    ];
    return new iam.Role(this, 'Role', {
      description: 'Of the schedules that export AWS IoT jobs',
      assumedBy: principal,
      inlinePolicies: { Invoke: new iam.PolicyDocument({ statements }) },
    });
  }
}
