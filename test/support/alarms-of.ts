import type { Template } from 'aws-cdk-lib/assertions';
import type { AlarmProperties } from './cloudwatch-model.ts';
import { type CompositeProperties, joined } from './composite-model.ts';

/** An alarm on a metric, as the template has it. */
export interface MetricAlarm extends AlarmProperties {
  readonly MetricName: string;
  readonly Dimensions?: readonly { readonly Name: string; readonly Value: unknown }[];
  readonly AlarmDescription: string;
  readonly AlarmActions?: readonly unknown[];
  readonly OKActions?: readonly unknown[];
  readonly Metrics?: readonly unknown[];
}

/** A composite alarm, with logical ids in the place of ARNs. */
export interface Composite extends CompositeProperties {
  readonly AlarmDescription: string;
  readonly AlarmActions?: readonly unknown[];
  readonly OKActions?: readonly unknown[];
}

/** The alarms of a template, by their logical ids. */
export function alarmsOf(template: Template): { metric: Map<string, MetricAlarm>; composite: Map<string, Composite> } {
  const of = <Properties>(type: string) =>
    Object.entries(template.findResources(type)).map(([id, { Properties }]) => [id, Properties as Properties] as const);
  return {
    metric: new Map(of<MetricAlarm>('AWS::CloudWatch::Alarm')),
    composite: new Map(
      of<Composite>('AWS::CloudWatch::CompositeAlarm').map(([id, alarm]) => {
        const { AlarmRule: rule, ActionsSuppressor: suppressor } = alarm as {
          AlarmRule: unknown;
          ActionsSuppressor?: unknown;
        };
        return [
          id,
          {
            ...alarm,
            AlarmRule: joined(rule),
            ...(suppressor !== undefined && { ActionsSuppressor: joined(suppressor) }),
          },
        ];
      }),
    ),
  };
}

/** Section of the runbook that an alarm names. */
export function sectionOf({ AlarmDescription: text }: { readonly AlarmDescription: string }): string {
  return /docs\/runbook\.md#(\S+)$/.exec(text)?.[1] ?? '';
}
