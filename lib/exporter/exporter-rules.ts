import type { IConstruct } from 'constructs';
import { refusal } from '../../lambda/contract/rules.ts';
import { UsageError } from '../config/errors.ts';
import { refuseKeyOfOtherRegion } from '../key-region.ts';
import type { IotJobsExporterProps } from './exporter-props.ts';

/**
 * Refuses properties of an exporter that cannot be used together.
 *
 * @throws UsageError that says how to correct it
 */
export function refuseConflictingProps(exporter: IConstruct, props: IotJobsExporterProps): void {
  const { node } = exporter;
  const { alarmTopic, alarmTopicArn, alarmEmails = [], vpc, vpcSubnets, securityGroups, logEncryptionKey } = props;
  if (alarmTopic && alarmTopicArn) {
    throw new UsageError(`${node.path} must have alarmTopic or alarmTopicArn; got both: remove one of the two`);
  }
  if (alarmTopic && alarmEmails.length > 0) {
    const advice = 'subscribe the addresses to that topic yourself, or remove alarmTopic';
    throw new UsageError(refusal(`${node.path}: alarmEmails must be left out with alarmTopic: ${advice}`, alarmEmails));
  }
  if (!vpc && (vpcSubnets || securityGroups)) {
    throw new UsageError(`${node.path} must have a vpc with vpcSubnets or securityGroups; got none: add it`);
  }
  if (logEncryptionKey) refuseKeyOfOtherRegion(exporter, 'logEncryptionKey', logEncryptionKey);
}
