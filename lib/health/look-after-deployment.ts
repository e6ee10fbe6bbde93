import { Annotations, Duration, Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { ExpectedExports } from './health-props.ts';

/** Source: Amazon EventBridge API Reference, Target, Input: 8,192 characters. */
export const MAX_RULE_INPUT = 8192;

/** Statuses in which a stack's resources are as its template says, or said before a deployment that failed. */
const AT_REST = [
  'CREATE_COMPLETE',
  'UPDATE_COMPLETE',
  'UPDATE_ROLLBACK_COMPLETE',
  'IMPORT_COMPLETE',
  'IMPORT_ROLLBACK_COMPLETE',
];

/** Properties for LookAfterDeployment. */
export interface LookAfterDeploymentProps {
  /** What is invoked. */
  readonly function: lambda.IFunction;
  /** The event of a look, as an object. */
  readonly event: ExpectedExports & { readonly missedPeriods: number };
  /** Minutes from one look to the next. */
  readonly everyMinutes: number;
}

/**
 * Looks at once when a deployment of the stack has ended. CloudFormation knows the tables as the template has them: an update
 * of a table takes out of it what looks have put in, and until the next look queries would not see accounts that the
 * configuration does not name.
 *
 * Source of the events: AWS CloudFormation User Guide, "Stack Status Change event detail".
 */
export class LookAfterDeployment extends Construct {
  /** The rule; `undefined` where the event is too long for one. */
  readonly rule: events.Rule | undefined;

  constructor(scope: Construct, id: string, props: LookAfterDeploymentProps) {
    super(scope, id);
    const { function: lookFunction, event, everyMinutes } = props;
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
    this.rule = new events.Rule(this, 'Rule', {
      description: 'Looks at the exports of the history of AWS IoT jobs when a deployment has ended',
      eventPattern: {
        source: ['aws.cloudformation'],
        detailType: ['CloudFormation Stack Status Change'],
        detail: { 'stack-id': [Stack.of(this).stackId], 'status-details': { status: AT_REST } },
      },
      targets: [
        new targets.LambdaFunction(lookFunction, {
          event: events.RuleTargetInput.fromObject(event),
          retryAttempts: 10,
          maxEventAge: Duration.minutes(everyMinutes),
        }),
      ],
    });
  }
}
