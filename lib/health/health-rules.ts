import { Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { MAX_EVENT_BYTES } from '../../lambda/contract/event.ts';
import type { HealthEvent } from '../../lambda/contract/health.ts';
import { refusal } from '../../lambda/contract/rules.ts';
import { UsageError } from '../config/errors.ts';
import { HEALTH_ALARMS } from '../config/health-alarms.ts';
import { refuseKeyOfOtherRegion } from '../key-region.ts';
import type { HistoryHealthProps } from './health-props.ts';

/** Limits of `everyMinutes`: a look takes 15 minutes at most, and usually much less; alarms on looks need one a day at least. */
const EVERY_MINUTES = { min: 5, max: 1440 };
const MISSED_PERIODS = { min: 1, max: 1440 };

/**
 * Refuses properties of HistoryHealth that are out of range or cannot be used together.
 *
 * @throws UsageError that says how to correct it
 */
export function refuseConflictingProps(health: IConstruct, props: HistoryHealthProps, event: HealthEvent): void {
  const { history, everyMinutes, alarmEmails = [], logEncryptionKey } = props;
  const { path } = health.node;
  if (everyMinutes !== undefined) refuseOutOfRange(`${path}: everyMinutes`, everyMinutes, EVERY_MINUTES);
  refuseOutOfRange(`${path}: missedPeriods`, event.missedPeriods, MISSED_PERIODS);
  if (Stack.of(health) !== Stack.of(history)) {
    throw new UsageError(
      `${path} must be in the stack of its history, after whose deployments it looks; got ${history.node.path} in ` +
        `${Stack.of(history).stackName}: make it there`,
    );
  }
  if (logEncryptionKey) refuseKeyOfOtherRegion(health, 'logEncryptionKey', logEncryptionKey);
  const bytes = Buffer.byteLength(JSON.stringify(event));
  if (bytes > MAX_EVENT_BYTES) {
    throw new UsageError(
      `${path} must describe what is expected in ${MAX_EVENT_BYTES} bytes (256 kB), the input of a schedule; got ${bytes}: give ` +
        'targets the exports of the configuration, or take them as an organization',
    );
  }
  refuseLostEmails(path, alarmEmails, props);
}

function refuseLostEmails(path: string, emails: readonly string[], props: HistoryHealthProps): void {
  if (emails.length === 0) return;
  const { alarmTopic, alarmTopicArn, disabledAlarms = [] } = props;
  if (alarmTopic || alarmTopicArn !== undefined) {
    throw new UsageError(
      refusal(`${path}: alarmEmails must be left out with a topic that is given: subscribe them to that`, emails),
    );
  }
  if (HEALTH_ALARMS.every((name) => disabledAlarms.includes(name))) {
    throw new UsageError(
      refusal(`${path}: alarmEmails would get nothing, since all alarms are turned off: leave it out`, emails),
    );
  }
}

function refuseOutOfRange(name: string, value: number, { min, max }: { min: number; max: number }): void {
  if (Number.isInteger(value) && value >= min && value <= max) return;
  throw new UsageError(refusal(`${name} must be a whole number from ${min} to ${max}`, value));
}
