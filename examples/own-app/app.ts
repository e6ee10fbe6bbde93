import { App, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as actions from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as sns from 'aws-cdk-lib/aws-sns';
import { IotJobsExporter, IotJobsHistory } from '../../lib/index.ts';

const app = new App();
const stack = new Stack(app, 'Fleet');
const onCall = new sns.Topic(stack, 'OnCall', { enforceSSL: true });

const history = new IotJobsHistory(stack, 'History', { exportNames: ['all'] });
const exporter = new IotJobsExporter(stack, 'Exporter', {
  history,
  exports: [{ name: 'all', schedule: 'cron(0 * * * ? *)' }],
  alarmTopic: onCall,
});

// An alarm for which there is no option: in three of the last five hours more than 1,000 jobs waited for their start.
const waiting = exporter.metricJobCount({ status: 'SCHEDULED' });
const manyWait = waiting.createAlarm(stack, 'ManyWait', {
  alarmDescription: 'In three of the last five hours more than 1,000 jobs waited for their start',
  threshold: 1000,
  comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
  evaluationPeriods: 5,
  datapointsToAlarm: 3,
  treatMissingData: cloudwatch.TreatMissingData.IGNORE,
});
manyWait.addAlarmAction(new actions.SnsAction(onCall));
