import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { alarmDescription, type RunbookSection } from './alarm.ts';

/**
 * Alarms that a rule names here at most. CloudWatch takes 100, and 10,240 characters, into which 25 of the longest names
 * fit. Source: CloudWatch API Reference, PutCompositeAlarm, AlarmRule.
 */
const MAX_CHILDREN = 25;

/** Holds back the actions of a composite alarm. */
interface Suppressor {
  /** While this alarm is on, no action is taken. */
  readonly alarm: cloudwatch.IAlarm;
  /** How long the composite waits for it to go on. */
  readonly waitSeconds: number;
  /** How long it goes on holding back after it has returned. */
  readonly extensionSeconds: number;
}

/** Properties for CompositeAlarm. */
export interface CompositeAlarmProps {
  /** When the alarm is on. */
  readonly rule: cloudwatch.IAlarmRule;
  /** What it means that the alarm is on: a sentence or some. */
  readonly means: string;
  /** Section of the runbook that says what to do. */
  readonly section: RunbookSection;
  /**
   * What is notified when the alarm goes on and when it returns to OK.
   *
   * @default - nothing
   */
  readonly action?: cloudwatch.IAlarmAction;
  /**
   * An alarm that holds the actions back.
   *
   * @default - none
   */
  readonly suppressor?: Suppressor | undefined;
}

/**
 * A composite alarm. CloudFormation names it: the name that CDK's own construct gives it is the same in every stack with
 * the same path.
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

/** What {@link anyOf} comes to. */
export interface AnyOf {
  /** The alarm that is on while any of the given ones is; `undefined` where none was given. */
  readonly alarm: cloudwatch.IAlarm | undefined;
  /** Composite alarms that it took. */
  readonly composites: readonly cloudwatch.IAlarm[];
}

/** An alarm that is on while any of the given ones is: the one itself, or composites, on several levels if need be. */
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
