import type { Bodies, Brought } from './bodies.ts';
import type { Read } from './patient-reads.ts';
import { Problems } from './problems.ts';
import { compareObject, type SaidOfObject } from './read-object.ts';

export interface Problem {
  /** Key of the object that it is about. Where two objects of a snapshot disagree either may be the damaged one. */
  readonly key: string;
  /** In words that follow the key. */
  readonly text: string;
}

/** What was found of an object of a snapshot. */
export interface FoundObject {
  readonly bytes: number;
  readonly problems: readonly Problem[];
}

/** Of an object that is gone by now. */
export const DELETED = 'was deleted after it had been listed';
export const SAID_TO_BE = 'is not there, and its record says that it is';
export const SAID_TO_BE_NONE = 'is there, and its record says that there is none';

/**
 * What is wrong with an object that was brought; `undefined` where there is none.
 *
 * @param check reads it, where the store's checksum is not believed or there is no record to say what it must be
 */
export async function checkObject(
  bodies: Bodies,
  key: string,
  said: SaidOfObject | undefined,
  brought: Read<Brought>,
  check: (body: AsyncIterable<Uint8Array>) => Promise<readonly string[]>,
): Promise<FoundObject | undefined> {
  if (brought.kind === 'absent') return undefined;
  if (brought.kind === 'failed') return { bytes: 0, problems: [{ key, text: brought.problem }] };
  const { stored, keptSha256 } = brought.value;
  if (said && keptSha256 !== undefined) {
    const problems = new Problems();
    compareObject({ bytes: stored.bytes, sha256: keptSha256 }, said, problems, ' in the store');
    return { bytes: stored.bytes, problems: problems.all.map((text) => ({ key, text })) };
  }
  const read = await bodies.take(brought.value, check);
  if (read.kind === 'absent') return undefined;
  if (read.kind === 'failed') return { bytes: stored.bytes, problems: [{ key, text: read.problem }] };
  return { bytes: stored.bytes, problems: read.value.map((text) => ({ key, text })) };
}
