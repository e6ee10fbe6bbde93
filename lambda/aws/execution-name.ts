import { createHash } from 'node:crypto';

/**
 * Characters of an execution's name at most. Those of snapshot ids are among the ones that CloudWatch Logs takes, too.
 * Source: AWS Step Functions API Reference, StartExecution, name.
 */
const MAX_CHARACTERS = 80;
const HASH_CHARACTERS = 8;

/**
 * Name of the `n`th execution for a snapshot, from 1: the snapshot's id, with `_2`, `_3` and so on after ones that ended. No
 * name of an export has `_`, so none is another snapshot's.
 *
 * What is too long is cut, and bears the beginning of its SHA-256 instead of the rest.
 */
export function executionName(snapshotId: string, n: number): string {
  const suffix = n === 1 ? '' : `_${n}`;
  if (snapshotId.length + suffix.length <= MAX_CHARACTERS) return snapshotId + suffix;
  const hash = createHash('sha256').update(snapshotId).digest('hex').slice(0, HASH_CHARACTERS);
  return `${snapshotId.slice(0, MAX_CHARACTERS - suffix.length - HASH_CHARACTERS - 1)}_${hash}${suffix}`;
}

/**
 * ARN of an execution of a state machine; `undefined` where that is no ARN of one.
 * Source: Service Authorization Reference, AWS Step Functions, Resource types.
 */
export function executionArn(stateMachineArn: string, name: string): string | undefined {
  const [, before, stateMachine] =
    /^(arn:[^:]+:states:[^:]+:\d{12}:)stateMachine:([^:/]+)$/.exec(stateMachineArn) ?? [];
  return before && `${before}execution:${stateMachine}:${name}`;
}
