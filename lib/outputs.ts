import { CfnOutput, type Stack } from 'aws-cdk-lib';
import type { IotJobsExporter } from './exporter/iot-jobs-exporter.ts';
import type { HistoryHealth } from './health/history-health.ts';

/** Adds an output with a logical id that stays the same, so that scripts can use it. */
export function output(stack: Stack, id: string, value: string, description: string): void {
  new CfnOutput(stack, `${id}Output`, { value, description }).overrideLogicalId(id);
}

const TOPIC = 'SNS topic of the alarms: subscribe to it, and confirm';

/** Adds an output with the topic of the alarms, if there is one. */
export function outputAlarmTopic(stack: Stack, { monitoring }: IotJobsExporter): void {
  const { topic } = monitoring.alarms;
  if (topic) output(stack, 'AlarmTopic', topic.topicArn, TOPIC);
}

/** Adds outputs with the function that checks the exports of a hub, and the topic of its alarms, if there is one. */
export function outputHealth(stack: Stack, { function: lookFunction, alarms: { topic } }: HistoryHealth): void {
  output(stack, 'HealthFunction', lookFunction.functionName, 'Function that looks which exports report');
  if (topic) output(stack, 'AlarmTopic', topic.topicArn, TOPIC);
}

/** Adds an output with the state machine that continues long runs, if there is one. */
export function outputStateMachine(stack: Stack, { stateMachine }: IotJobsExporter): void {
  if (!stateMachine) return;
  output(stack, 'StateMachine', stateMachine.stateMachineArn, 'Goes on with runs that outlast an invocation');
}
