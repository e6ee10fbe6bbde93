import { RemovalPolicy } from 'aws-cdk-lib';
import { UsageError } from '../config/errors.ts';
import type { IotJobsHistoryProps } from './history-props.ts';
import { refuseTooManyWriters } from './writers.ts';

/** Number that fits into the analysts' policy. Source: IAM User Guide, "IAM and AWS STS quotas", managed policies. */
export const MAX_RETIRED_KEYS = 10;

/**
 * Refuses properties of a history that cannot be used together.
 *
 * @throws UsageError that says how to correct it
 */
export function refuseConflictingProps(path: string, props: IotJobsHistoryProps): void {
  const { removalPolicy, objectLock, encryptionKey, retiredKeys = [], writers = {} } = props;
  if (objectLock && removalPolicy === RemovalPolicy.DESTROY) {
    throw new UsageError(
      `${path}: objectLock must not go with RemovalPolicy.DESTROY, for a bucket with locked objects cannot be deleted: ` +
        'remove one of the two',
    );
  }
  // The Resource of a policy must be the ARN of a key. Source: AWS KMS Developer Guide, "Specifying KMS keys in IAM policy
  // statements".
  if (encryptionKey && ('aliasName' in encryptionKey || encryptionKey.keyArn.includes(':alias/'))) {
    throw new UsageError(
      `${path}: encryptionKey must be the key, not its alias, by which no policy can grant anything: give ` +
        `aliasTargetKey, or import the key by its ARN; got ${encryptionKey.node.path}`,
    );
  }
  if (encryptionKey && retiredKeys.includes(encryptionKey.keyArn)) {
    throw new UsageError(
      `${path}: retiredKeys must not name the key that encrypts the history: remove it; got ${encryptionKey.keyArn}`,
    );
  }
  if (retiredKeys.length > MAX_RETIRED_KEYS) {
    throw new UsageError(
      `${path}: retiredKeys must name ${MAX_RETIRED_KEYS} keys at most, for the policy of the analysts holds 6144 ` +
        `characters; got ${retiredKeys.length}: remove those that encrypted only what has expired`,
    );
  }
  refuseTooManyWriters(writers, path);
}
