import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { AlarmWindow } from '../../schedule/alarm-windows.ts';
import { alarmDescription, KEEP_STATE } from './alarm.ts';

/**
 * Width of the band in standard deviations: the default of CloudWatch's console.
 * Source: CloudWatch User Guide, "Create a CloudWatch alarm based on anomaly detection".
 */
const BAND_WIDTH = 2;

/** Properties for AnomalyAlarm. */
export interface AnomalyAlarmProps {
  /** Makes the metric, with the period of the alarm. */
  readonly metric: (options: cloudwatch.MetricOptions) => cloudwatch.Metric;
  /** Periods that the alarm evaluates. */
  readonly window: AlarmWindow;
  /** Whether the alarm is on above the band; otherwise it is on below it. */
  readonly isAbove: boolean;
  /** Meaning of the alarm, for its description: a sentence. */
  readonly means: string;
  /** Action when the alarm goes into ALARM and when it returns to OK. */
  readonly action: cloudwatch.IAlarmAction;
}

/** An alarm on a count outside the band of CloudWatch's anomaly detection. Its section of the runbook is `count`. */
export class AnomalyAlarm extends Construct {
  /** The alarm. */
  readonly alarm: cloudwatch.IAlarm;

  constructor(scope: Construct, id: string, props: AnomalyAlarmProps) {
    super(scope, id);
    const { periodSeconds, evaluationPeriods, datapointsToAlarm } = props.window;
    const { namespace, metricName, dimensions, statistic } = props.metric({ period: Duration.seconds(periodSeconds) });
    const resource = new cloudwatch.CfnAlarm(this, 'Resource', {
      alarmDescription: alarmDescription(props.means, 'count'),
      comparisonOperator: props.isAbove ? 'GreaterThanUpperThreshold' : 'LessThanLowerThreshold',
      evaluationPeriods,
      datapointsToAlarm,
      treatMissingData: KEEP_STATE,
      thresholdMetricId: 'band',
      metrics: [
        {
          id: 'count',
          returnData: true,
          metricStat: {
            metric: {
              namespace,
              metricName,
              dimensions: Object.entries(dimensions ?? {}).map(([name, value]) => ({ name, value: String(value) })),
            },
            period: periodSeconds,
            stat: statistic,
          },
        },
        { id: 'band', returnData: true, expression: `ANOMALY_DETECTION_BAND(count, ${BAND_WIDTH})` },
      ],
    });
    this.alarm = cloudwatch.Alarm.fromAlarmArn(this, 'Alarm', resource.attrArn);
    const { alarmActionArn } = props.action.bind(this, this.alarm);
    resource.alarmActions = [alarmActionArn];
    resource.okActions = [alarmActionArn];
  }
}
