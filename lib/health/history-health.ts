import { Stack } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { HEALTH_METRICS, type HealthEvent } from '../../lambda/contract/health.ts';
import { DEFAULT_HEALTH_MINUTES } from '../config/hub-config.ts';
import { type Monitored, monitored } from '../exporter/metrics-cost.ts';
import { HealthAlarms } from './health-alarms.ts';
import { HealthFunction } from './health-function.ts';
import { HealthMetrics } from './health-metrics.ts';
import { DEFAULT_MISSED_PERIODS, type HistoryHealthProps } from './health-props.ts';
import { refuseConflictingProps } from './health-rules.ts';
import { HealthSchedule } from './health-schedule.ts';
import { LookAfterDeployment } from './look-after-deployment.ts';

/**
 * Checks whether all exports of a history report. A function looks at the records in the bucket, by a schedule and after each
 * deployment of the stack, and writes the data of the table `export_health` and the metrics of the alarms. It also adds
 * accounts, Regions and exports that write but are not configured to the tables, so that queries see them.
 *
 * @example
 * new HistoryHealth(this, 'Health', {
 *   history,
 *   expected: {
 *     exports: [{ name: 'all', schedule: 'cron(0 * * * ? *)' }],
 *     targets: [{ account: '222222222222', regions: ['eu-west-1'] }],
 *   },
 * });
 */
export class HistoryHealth extends Construct {
  /** The function that looks at the exports. */
  readonly function: lambda.Function;
  /** Role of the function. */
  readonly role: iam.IRole;
  /** Metrics of the function. */
  readonly metrics: HealthMetrics;
  /** The alarms and their topic. */
  readonly alarms: HealthAlarms;
  /** Numbers of what CloudWatch charges for. */
  readonly monitored: Monitored;

  constructor(scope: Construct, id: string, props: HistoryHealthProps) {
    super(scope, id);
    const { history, expected, everyMinutes = DEFAULT_HEALTH_MINUTES } = props;
    const { missedPeriods = DEFAULT_MISSED_PERIODS } = props;
    const event: HealthEvent = { ...expected, missedPeriods };
    refuseConflictingProps(this, props, event);
    const healthFunction = new HealthFunction(this, 'Function', { ...props, everyMinutes });
    this.function = healthFunction.function;
    this.role = healthFunction.role;
    const input = Stack.of(this).toJsonString(event);
    const schedule = new HealthSchedule(this, 'Schedule', { function: this.function, everyMinutes, input });
    // A look needs the tables.
    schedule.node.addDependency(history.tables);
    const { tables } = history;
    new LookAfterDeployment(this, 'AfterDeployment', { function: this.function, tables, event, everyMinutes });
    this.metrics = new HealthMetrics(history.bucket.bucketName, everyMinutes);
    this.alarms = new HealthAlarms(this, 'Alarms', {
      ...props,
      metrics: this.metrics,
      function: this.function,
      everyMinutes,
      hasOrganization: expected.organization !== undefined,
    });
    const { failedStackInstances: _ofStackSet, ...withoutStackSet } = HEALTH_METRICS;
    const metrics = Object.keys(expected.organization ? HEALTH_METRICS : withoutStackSet).length;
    this.monitored = { ...monitored(this, []), metrics };
  }

  /** Grants a principal to invoke the function, to look at the exports at once. */
  grantInvoke(grantee: iam.IGrantable): iam.Grant {
    return this.function.grantInvoke(grantee);
  }
}
