import { Annotations, Duration, Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { HistoryTables } from '../history/history-tables.ts';
import type { ExpectedExports } from './health-props.ts';

/** Source: Amazon EventBridge API Reference, Target, Input: 8,192 characters. */
const MAX_RULE_INPUT = 8192;

/** Statuses of a stack after a deployment, or after the rollback of a failed one. */
const FINISHED_STATUSES = [
  'CREATE_COMPLETE',
  'UPDATE_COMPLETE',
  'UPDATE_ROLLBACK_COMPLETE',
  'IMPORT_COMPLETE',
  'IMPORT_ROLLBACK_COMPLETE',
];

/** Properties for LookAfterDeployment. */
export interface LookAfterDeploymentProps {
  /** The function that looks at the exports. */
  readonly function: lambda.IFunction;
  /** The tables of the history, in the same stack. */
  readonly tables: HistoryTables;
  /** The event for the function. */
  readonly event: ExpectedExports & { readonly missedPeriods: number };
  /** Minutes between two looks. */
  readonly everyMinutes: number;
}

/**
 * Looks at the exports when a deployment of the stack has ended. A deployment that updates a table sets it to what the
 * template has, without the accounts that looks have added; until the next look queries would not see these accounts.
 *
 * It also looks as soon as a table is updated, since the deployment may then work on a StackSet for hours.
 *
 * Source of the events: AWS CloudFormation User Guide, "Stack Status Change event detail" and "Resource Status Change event
 * detail".
 */
export class LookAfterDeployment extends Construct {
  /** The rule for deployments that have ended; `undefined` where the event is too long for a rule. */
  readonly rule: events.Rule | undefined;

  constructor(scope: Construct, id: string, props: LookAfterDeploymentProps) {
    super(scope, id);
    const { function: lookFunction, tables, event, everyMinutes } = props;
    const { length } = JSON.stringify(event);
    if (length > MAX_RULE_INPUT) {
      Annotations.of(this).addInfoV2(
        'iot-jobs-exporter:no-look-after-deployment',
        `What is expected comes to ${length} characters, of which a rule of EventBridge passes on ${MAX_RULE_INPUT}: after a ` +
          'deployment queries see accounts, Regions and exports that the configuration does not name from the next look ' +
          `on, within ${everyMinutes} minutes. Give targets the exports of the configuration, or take them as an organization`,
      );
      return;
    }
    const rule = (id: string, description: string, detailType: string, detail: Readonly<Record<string, unknown>>) =>
      new events.Rule(this, id, {
        description,
        eventPattern: {
          source: ['aws.cloudformation'],
          detailType: [detailType],
          detail: { 'stack-id': [Stack.of(this).stackId], ...detail },
        },
        targets: [
          new targets.LambdaFunction(lookFunction, {
            event: events.RuleTargetInput.fromObject(event),
            retryAttempts: 10,
            maxEventAge: Duration.minutes(everyMinutes),
          }),
        ],
      });
    this.rule = rule(
      'Rule',
      'Looks at the exports of the history of AWS IoT jobs when a deployment has ended',
      'CloudFormation Stack Status Change',
      { 'status-details': { status: FINISHED_STATUSES } },
    );
    // All tables, since the order of their updates is not known. The rollback of an update ends in UPDATE_COMPLETE, too.
    const projected = [tables.jobs, tables.changes, tables.details, tables.snapshots];
    rule(
      'TablesRule',
      'Looks at the exports of the history of AWS IoT jobs when a deployment has updated a table',
      'CloudFormation Resource Status Change',
      {
        'logical-resource-id': projected.map((table) => Stack.of(this).getLogicalId(table)),
        'status-details': { status: ['UPDATE_COMPLETE'] },
      },
    );
  }
}
