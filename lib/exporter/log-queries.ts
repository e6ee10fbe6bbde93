import { Stack } from 'aws-cdk-lib';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

/** Saved queries of CloudWatch Logs Insights over the function's lines, by their names. The runbook has them to paste. */
export const LOG_QUERIES = {
  'Failed runs': [
    'fields @timestamp, snapshotId, outcome, error.message',
    'filter message = "Snapshot failed"',
    'sort @timestamp desc',
    'limit 100',
  ],
  'Runs and what they came to': [
    'fields @timestamp, snapshotId, outcome, jobCount, listJobsCalls, throttledCalls, missingThingGroups, durationMs',
    'filter message in ["Snapshot completed", "Snapshot failed"]',
    'sort @timestamp desc',
    'limit 100',
  ],
  'Thing groups that do not exist': [
    'filter message = "Thing group does not exist"',
    'stats count(*) as snapshots, max(@timestamp) as lastSeen by coalesce(thingGroupName, thingGroupId)',
    'sort lastSeen desc',
  ],
} as const satisfies Record<string, readonly string[]>;

/** The saved queries. They stand in the console below the stack's name. */
export class LogQueries extends Construct {
  constructor(scope: Construct, id: string, props: { readonly logGroup: logs.ILogGroup }) {
    super(scope, id);
    for (const [name, lines] of Object.entries(LOG_QUERIES)) {
      new logs.CfnQueryDefinition(this, name, {
        name: `${Stack.of(this).stackName}/${name}`,
        queryString: lines.join('\n| '),
        logGroupNames: [props.logGroup.logGroupName],
      });
    }
  }
}
