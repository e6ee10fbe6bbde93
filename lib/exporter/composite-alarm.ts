import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { alarmDescription, type RunbookSection } from './alarm.ts';

/**
 * Maximum alarms in a rule. CloudWatch takes 100, and 10,240 characters, into which 25 of the longest names fit.
 * Source: CloudWatch API Reference, PutCompositeAlarm, AlarmRule.
 */
const MAX_CHILDREN = 25;

/** Suppresses the actions of a composite alarm. */
interface Suppressor {
  /** While this alarm is on, no action is taken. */
  readonly alarm: cloudwatch.IAlarm;
  /** How long the composite waits for the suppressor to go into ALARM. */
  readonly waitSeconds: number;
  /** How long actions stay suppressed after the suppressor has returned to OK. */
  readonly extensionSeconds: number;
}

/** Properties for CompositeAlarm. */
export interface CompositeAlarmProps {
  /** Condition under which the alarm is on. */
  readonly rule: cloudwatch.IAlarmRule;
  /** Meaning of the alarm, for its description: one or more sentences. */
  readonly means: string;
  /** Section of the runbook for the alarm. */
  readonly section: RunbookSection;
  /**
   * Action when the alarm goes into ALARM and when it returns to OK.
   *
   * @default - none
   */
  readonly action?: cloudwatch.IAlarmAction;
  /**
   * Alarm that suppresses the actions.
   *
   * @default - none
   */
  readonly suppressor?: Suppressor | undefined;
}

/**
 * A composite alarm that CloudFormation names. CDK's own construct would give it the same name in every stack with the same
 * path.
 */
export class CompositeAlarm extends Construct {
  /** The alarm. */
  readonly alarm: cloudwatch.IAlarm;

  constructor(scope: Construct, id: string, props: CompositeAlarmProps) {
    super(scope, id);
    const resource = new cloudwatch.CfnCompositeAlarm(this, 'Resource', {
      alarmRule: props.rule.renderAlarmRule(),
      alarmDescription: alarmDescription(props.means, props.section),
      ...(props.suppressor && {
        actionsSuppressor: props.suppressor.alarm.alarmArn,
        actionsSuppressorWaitPeriod: props.suppressor.waitSeconds,
        actionsSuppressorExtensionPeriod: props.suppressor.extensionSeconds,
      }),
    });
    this.alarm = cloudwatch.CompositeAlarm.fromCompositeAlarmArn(this, 'Alarm', resource.attrArn);
    if (!props.action) return;
    const { alarmActionArn } = props.action.bind(this, this.alarm);
    resource.alarmActions = [alarmActionArn];
    resource.okActions = [alarmActionArn];
  }
}

/** Result of {@link anyOf}. */
export interface AnyOf {
  /** The alarm that is on while any of the given ones is; `undefined` without any. */
  readonly alarm: cloudwatch.IAlarm | undefined;
  /** Composite alarms that were made for it. */
  readonly composites: readonly cloudwatch.IAlarm[];
}

/**
 * Gives an alarm that is on while any of the given ones is: the alarm itself if there is only one, else composite alarms, on
 * several levels where one rule cannot name them all.
 */
export function anyOf(
  scope: Construct,
  alarms: readonly cloudwatch.IAlarm[],
  texts: Pick<CompositeAlarmProps, 'means' | 'section'>,
): AnyOf {
  const composites: cloudwatch.IAlarm[] = [];
  let level = alarms;
  while (level.length > 1) {
    const groups = Array.from({ length: Math.ceil(level.length / MAX_CHILDREN) }, (_, index) =>
      level.slice(index * MAX_CHILDREN, (index + 1) * MAX_CHILDREN),
    );
    level = groups.map((group) => {
      const [first, second] = group;
      if (first && !second) return first;
      const rule = cloudwatch.AlarmRule.anyOf(...group);
      const { alarm } = new CompositeAlarm(scope, `Any${composites.length + 1}`, { rule, ...texts });
      composites.push(alarm);
      return alarm;
    });
  }
  return { alarm: level[0], composites };
}
