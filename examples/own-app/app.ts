import { App, Duration, Stack } from 'aws-cdk-lib';
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

// An alarm on two counts, for which there is no option: more than half of the active jobs are waiting.
const waiting = new cloudwatch.MathExpression({
  expression: '100 * scheduled / (scheduled + running)',
  label: 'Percent of the jobs not over that wait',
  period: Duration.hours(1),
  usingMetrics: {
    scheduled: exporter.metricJobCount({ status: 'SCHEDULED' }),
    running: exporter.metricJobCount({ status: 'IN_PROGRESS' }),
  },
});
const manyWait = waiting.createAlarm(stack, 'ManyWait', {
  alarmDescription: 'For three hours more than half of the jobs have been waiting for their start',
  threshold: 50,
  evaluationPeriods: 3,
  treatMissingData: cloudwatch.TreatMissingData.IGNORE,
});
manyWait.addAlarmAction(new actions.SnsAction(onCall));
