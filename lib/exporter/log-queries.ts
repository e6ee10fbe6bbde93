import { Stack } from 'aws-cdk-lib';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

/** Saved queries of CloudWatch Logs Insights over the function's logs, by their names. The runbook has copies of them. */
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

/** Saved queries of runs that may take more than one invocation. */
export const LONG_RUN_LOG_QUERIES = {
  'How far runs came': [
    'fields @timestamp, message, snapshotId, run, invocation, jobs, expectedJobs, elapsedMinutes, expectedMinutes, listJobsCalls',
    'filter message in ["Snapshot handed on", "Snapshot completed", "Snapshot failed"]',
    'sort @timestamp desc',
    'limit 100',
  ],
} as const satisfies Record<string, readonly string[]>;

/** Properties for LogQueries. */
export interface LogQueriesProps {
  /** The function's log group. */
  readonly logGroup: logs.ILogGroup;
  /** Whether a run may take more than one invocation. */
  readonly mayOutlast: boolean;
}

/** The saved queries. The console shows them below the stack's name. */
export class LogQueries extends Construct {
  constructor(scope: Construct, id: string, props: LogQueriesProps) {
    super(scope, id);
    const queries = { ...LOG_QUERIES, ...(props.mayOutlast && LONG_RUN_LOG_QUERIES) };
    for (const [name, lines] of Object.entries(queries)) {
      new logs.CfnQueryDefinition(this, name, {
        name: `${Stack.of(this).stackName}/${name}`,
        queryString: lines.join('\n| '),
        logGroupNames: [props.logGroup.logGroupName],
      });
    }
  }
}
