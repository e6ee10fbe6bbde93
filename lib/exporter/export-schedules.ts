import { Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as scheduler from 'aws-cdk-lib/aws-scheduler';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { ExportConfig } from '../config/config.ts';
import { exportEvent } from '../config/export-event.ts';

/**
 * Retries of the delivery, not of the run: a function that fails follows its own settings. EventBridge Scheduler's
 * default is 185 within 24 hours; by then a fleet has moved on, and an hourly export has had its next turn.
 * Source: EventBridge Scheduler API Reference, RetryPolicy.
 */
const RETRY_ATTEMPTS = 10;
const MAX_EVENT_AGE = Duration.hours(1);

/** What is invoked, and when. */
export interface ExportSchedulesProps {
  /** The exports, each of which gets a schedule. */
  readonly exports: readonly ExportConfig[];
  /** The function that they invoke. */
  readonly function: lambda.IFunction;
  /** Where an event goes that could not be delivered. */
  readonly deadLetterQueue: sqs.IQueue;
}

/** A schedule per export, in a group of their own, so that EventBridge Scheduler's metrics can be told apart. */
export class ExportSchedules extends Construct {
  /** The group of the schedules. */
  readonly group: scheduler.IScheduleGroup;
  /** The schedules by the names of their exports. */
  readonly schedules: ReadonlyMap<string, scheduler.CfnSchedule>;

  constructor(scope: Construct, id: string, props: ExportSchedulesProps) {
    super(scope, id);
    // ScheduleGroup would give it a name of its own choice and keep it when the stack goes, and the next deployment would
    // meet it there.
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
      // The scheduled time is the snapshot's: a window would only part it from the time of the observation.
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

  /** May invoke this function alone (not its versions), and only for schedules of this group. */
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
