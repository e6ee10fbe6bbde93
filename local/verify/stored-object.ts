import type { Bodies, Fetched } from './bodies.ts';
import { Problems } from './problems.ts';
import { compareObject, type RecordedObject } from './read-object.ts';
import type { Read } from './retrying-reads.ts';

export interface Problem {
  /** Key of the object. If two objects of a snapshot disagree, either may be the damaged one. */
  readonly key: string;
  /** Follows the key. */
  readonly text: string;
}

/** Result of the check of an object of a snapshot. */
export interface FoundObject {
  readonly bytes: number;
  readonly problems: readonly Problem[];
}

export const DELETED = 'was deleted after it had been listed';
export const MISSING = 'is not there, and its record says that it is';
export const UNEXPECTED = 'is there, and its record says that there is none';

/**
 * Checks a fetched object; `undefined` if it does not exist.
 *
 * @param check reads the object; not called if the checksum of the store can be compared with the record
 */
export async function checkObject(
  bodies: Bodies,
  key: string,
  recorded: RecordedObject | undefined,
  fetched: Read<Fetched>,
  check: (body: AsyncIterable<Uint8Array>) => Promise<readonly string[]>,
): Promise<FoundObject | undefined> {
  if (fetched.kind === 'absent') return undefined;
  if (fetched.kind === 'failed') return { bytes: 0, problems: [{ key, text: fetched.problem }] };
  const { stored, storedSha256 } = fetched.value;
  if (recorded && storedSha256 !== undefined) {
    const problems = new Problems();
    compareObject({ bytes: stored.bytes, sha256: storedSha256 }, recorded, problems, ' in the store');
    return { bytes: stored.bytes, problems: problems.all.map((text) => ({ key, text })) };
  }
  const read = await bodies.read(fetched.value, check);
  if (read.kind === 'absent') return undefined;
  if (read.kind === 'failed') return { bytes: stored.bytes, problems: [{ key, text: read.problem }] };
  return { bytes: stored.bytes, problems: read.value.map((text) => ({ key, text })) };
}
