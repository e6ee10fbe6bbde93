import { createHash } from 'node:crypto';

/**
 * Maximum length of an execution's name. CloudWatch Logs accepts all characters of snapshot ids.
 * Source: AWS Step Functions API Reference, StartExecution, name.
 */
const MAX_CHARACTERS = 80;
const HASH_CHARACTERS = 8;

/**
 * Name of the `n`th execution for a snapshot, from 1: the snapshot's id, from the second on with `_2`, `_3` and so on. Export
 * names contain no `_`, so the name is never that of another snapshot.
 *
 * A name that is too long is cut, and ends in the beginning of the id's SHA-256.
 */
export function executionName(snapshotId: string, n: number): string {
  const suffix = n === 1 ? '' : `_${n}`;
  if (snapshotId.length + suffix.length <= MAX_CHARACTERS) return snapshotId + suffix;
  const hash = createHash('sha256').update(snapshotId).digest('hex').slice(0, HASH_CHARACTERS);
  return `${snapshotId.slice(0, MAX_CHARACTERS - suffix.length - HASH_CHARACTERS - 1)}_${hash}${suffix}`;
}

/**
 * ARN of an execution of a state machine; `undefined` when `stateMachineArn` is not the ARN of a state machine.
 * Source: Service Authorization Reference, AWS Step Functions, Resource types.
 */
export function executionArn(stateMachineArn: string, name: string): string | undefined {
  const [, before, stateMachine] =
    /^(arn:[^:]+:states:[^:]+:\d{12}:)stateMachine:([^:/]+)$/.exec(stateMachineArn) ?? [];
  return before && `${before}execution:${stateMachine}:${name}`;
}
