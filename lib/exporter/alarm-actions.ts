import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as actions from 'aws-cdk-lib/aws-cloudwatch-actions';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { TopicArn } from '../config/alarm-config.ts';
import type { CheckedExporterOptions } from '../config/config.ts';
import { AlarmTopic, topicAction } from './alarm-topic.ts';

/** What the alarms of an exporter notify. */
export class AlarmActions extends Construct {
  readonly #options: CheckedExporterOptions;
  #topic: AlarmTopic | undefined;

  constructor(scope: Construct, id: string, props: { readonly options: CheckedExporterOptions }) {
    super(scope, id);
    this.#options = props.options;
  }

  /** The topic of the stack, once an alarm notifies it. */
  get topic(): sns.ITopic | undefined {
    return this.#topic?.topic;
  }

  /** The action that notifies a topic; without one, that of all alarms, or the stack's. */
  action(topicArn: TopicArn | undefined = this.#options.alarmTopicArn): cloudwatch.IAlarmAction {
    if (typeof topicArn === 'string') return topicAction(this, topicArn);
    this.#topic ??= new AlarmTopic(this, 'Topic');
    return new actions.SnsAction(this.#topic.topic);
  }
}
