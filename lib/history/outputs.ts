import type { Stack } from 'aws-cdk-lib';
import { output } from '../outputs.ts';
import type { IotJobsHistory } from './iot-jobs-history.ts';

/** Adds the outputs of a history that analysts and writers need. */
export function historyOutputs(stack: Stack, history: IotJobsHistory): void {
  const { bucket, databaseName, workgroup, analystPolicy, analystRole } = history;
  output(stack, 'HistoryBucket', bucket.bucketName, 'Bucket of the history');
  output(stack, 'Database', databaseName, 'Glue database of the tables and views');
  output(stack, 'Workgroup', workgroup.workgroupName, 'Athena workgroup with the saved queries');
  output(stack, 'AnalystPolicy', analystPolicy.managedPolicyArn, 'Managed policy of the analysts');
  if (analystRole) output(stack, 'AnalystRole', analystRole.roleArn, 'Role of the analysts of other accounts');
}
