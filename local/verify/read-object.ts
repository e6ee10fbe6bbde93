import { createHash } from 'node:crypto';
import { GzipMember } from './gzip-member.ts';
import { type LineReader, Lines } from './lines.ts';
import type { Problems } from './problems.ts';

/** What a record says of an object of lines. */
export interface SaidOfObject {
  readonly bytes: number;
  readonly sha256: string;
  readonly count: number;
}

/**
 * Reads an object of lines, which must be one gzip member, and holds it to what its record says. False where its lines
 * cannot all be read.
 *
 * @throws what `body` throws
 */
export async function readObject(
  body: AsyncIterable<Uint8Array>,
  reader: LineReader,
  said: SaidOfObject | undefined,
  problems: Problems,
): Promise<boolean> {
  const lines = new Lines(reader);
  const member = new GzipMember((chunk) => lines.write(chunk));
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    hash.update(chunk);
    await member.write(chunk);
  }
  const gzipProblem = await member.end();
  if (gzipProblem === undefined) lines.end();
  else problems.add('gzip', gzipProblem);
  if (said) {
    compareObject({ bytes, sha256: hash.digest('hex') }, said, problems);
    // Of lines that could not be read all counts are wrong, which says nothing new.
    if (gzipProblem === undefined && lines.count !== said.count) {
      problems.add('count', `has ${lines.count} rows, and its record says ${said.count}`);
    }
  }
  return gzipProblem === undefined;
}

/**
 * Holds the size and the checksum of an object to its record.
 *
 * @param where the checksum was found, where it is not of the bytes that were read
 */
export function compareObject(
  { bytes, sha256 }: Omit<SaidOfObject, 'count'>,
  said: Omit<SaidOfObject, 'count'>,
  problems: Problems,
  where = '',
): void {
  if (bytes !== said.bytes) problems.add('bytes', `has ${bytes} bytes, and its record says ${said.bytes}`);
  if (sha256 !== said.sha256) {
    problems.add('sha256', `has the SHA-256 ${short(sha256)}${where}, and its record says ${short(said.sha256)}`);
  }
}

/** Enough of a checksum to compare it by eye; the record has all of it. */
function short(sha256: string): string {
  return sha256.length > 12 ? `${sha256.slice(0, 12)}…` : sha256;
}
