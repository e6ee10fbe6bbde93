import { Aws, CfnMapping, Stack, Token } from 'aws-cdk-lib';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as actions from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { TopicArn } from '../config/alarm-config.ts';
import type { CheckedExporterOptions } from '../config/config.ts';
import { UsageError } from '../config/errors.ts';
import { AlarmTopic } from './alarm-topic.ts';
import { resolveTopicArn } from './topic-arn.ts';

/** Properties for AlarmActions. */
export interface AlarmActionsProps {
  /** `alarmTopicArn` and `alarmEmails` of the exporter. */
  readonly options: Pick<CheckedExporterOptions, 'alarmTopicArn' | 'alarmEmails'>;
  /**
   * Topic of the app that alarms notify, in the stack's Region. Its policy must let CloudWatch publish.
   *
   * @default - the topic of `options.alarmTopicArn`, or a new topic in the stack
   */
  readonly alarmTopic?: sns.ITopic;
}

/**
 * The actions of alarms: they notify a topic. The stack's own topic is made when the first alarm needs it. It is this
 * construct's child `Resource`: that path must not change, since subscriptions belong to the topic.
 */
export class AlarmActions extends Construct {
  readonly #props: AlarmActionsProps;
  readonly #imported = new Map<string, sns.ITopic>();
  #topic: sns.ITopic | undefined;

  constructor(scope: Construct, id: string, props: AlarmActionsProps) {
    super(scope, id);
    this.#props = props;
    if (props.alarmTopic) this.refuseTopicOfOtherRegion(props.alarmTopic);
  }

  /** The topic that alarms notify by default; `undefined` while no alarm uses it. */
  get topic(): sns.ITopic | undefined {
    return this.#topic;
  }

  /**
   * Gives the action of an alarm.
   *
   * @param topicArn the alarm's own topic; by default the topic of all alarms
   * @throws UsageError for a topic that CloudWatch would not notify from the stack's Region
   */
  action(topicArn?: TopicArn): cloudwatch.IAlarmAction {
    if (topicArn !== undefined) return new actions.SnsAction(this.imported(topicArn));
    const { alarmTopic, options } = this.#props;
    const { alarmTopicArn, alarmEmails } = options;
    this.#topic ??=
      alarmTopic ?? (alarmTopicArn ? this.imported(alarmTopicArn) : new AlarmTopic(this, 'Resource', alarmEmails));
    return new actions.SnsAction(this.#topic);
  }

  private imported(topicArn: TopicArn): sns.ITopic {
    const key = JSON.stringify(topicArn);
    const existing = this.#imported.get(key);
    if (existing) return existing;
    const number = this.#imported.size + 1;
    const topic = sns.Topic.fromTopicArn(this, `Topic${number}`, this.resolvedArn(topicArn, `Topics${number}`));
    this.#imported.set(key, topic);
    return topic;
  }

  private resolvedArn(topicArn: TopicArn, mappingId: string): string {
    const { region, account } = Stack.of(this);
    if (!Token.isUnresolved(region)) return resolveTopicArn(topicArn, { region, account });
    // In a stack without a Region only CloudFormation knows it.
    if (typeof topicArn === 'string') {
      return topicArn.replaceAll('{region}', Aws.REGION).replaceAll('{account}', Aws.ACCOUNT_ID);
    }
    const mapping = Object.entries(topicArn).map(([key, pattern]) => {
      if (pattern.includes('{account}') || Token.isUnresolved(pattern)) {
        throw new UsageError(
          `${this.node.path} must have topics by Region without {account} and without tokens, since its stack knows no ` +
            `Region and a mapping of CloudFormation holds literals alone; got ${JSON.stringify(pattern)}. Write one ARN ` +
            'with {region} and {account} for all, or give the stack its Region',
        );
      }
      return [key, { TopicArn: resolveTopicArn(topicArn, { region: key, account }) }] as const;
    });
    return new CfnMapping(this, mappingId, { mapping: Object.fromEntries(mapping) }).findInMap(Aws.REGION, 'TopicArn');
  }

  /** With a topic of another Region the deployment would fail. */
  private refuseTopicOfOtherRegion({ topicArn, env, node }: sns.ITopic): void {
    const { region, account } = Stack.of(this);
    if (Token.isUnresolved(region)) return;
    resolveTopicArn(topicArn, { region, account });
    if (Token.isUnresolved(env.region) || env.region === region) return;
    throw new UsageError(
      `alarmTopic must be in ${region}, where the alarms are, since CloudWatch notifies no topic of another Region; got ` +
        `${node.path} in ${env.region}. Give the exporter of each Region a topic there`,
    );
  }
}
