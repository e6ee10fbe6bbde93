import { CfnOutput, type Stack } from 'aws-cdk-lib';
import type { IotJobsExporter } from './exporter/iot-jobs-exporter.ts';
import type { HistoryHealth } from './health/history-health.ts';

/** An output of a stack, by an id that a script can rely on. */
export function output(stack: Stack, id: string, value: string, description: string): void {
  new CfnOutput(stack, `${id}Output`, { value, description }).overrideLogicalId(id);
}

const TOPIC = 'SNS topic of the alarms: subscribe to it, and confirm';

/** The topic of the alarms, where there is one: whoever is on call subscribes to it. */
export function outputAlarmTopic(stack: Stack, { monitoring }: IotJobsExporter): void {
  const { topic } = monitoring.alarms;
  if (topic) output(stack, 'AlarmTopic', topic.topicArn, TOPIC);
}

/** The function that looks at the exports of a hub, and the topic of its alarms, where there is one. */
export function outputHealth(stack: Stack, { function: lookFunction, alarms: { topic } }: HistoryHealth): void {
  output(stack, 'HealthFunction', lookFunction.functionName, 'Function that looks which exports report');
  if (topic) output(stack, 'AlarmTopic', topic.topicArn, TOPIC);
}

/** What goes on with runs that outlast an invocation, where there is one. */
export function outputStateMachine(stack: Stack, { stateMachine }: IotJobsExporter): void {
  if (!stateMachine) return;
  output(stack, 'StateMachine', stateMachine.stateMachineArn, 'Goes on with runs that outlast an invocation');
}
