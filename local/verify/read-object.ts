import { createHash } from 'node:crypto';
import { GzipMember } from './gzip-member.ts';
import { type LineReader, LineSplitter } from './line-splitter.ts';
import type { Problems } from './problems.ts';

/** Size, checksum and line count of an object in its record. */
export interface RecordedObject {
  readonly bytes: number;
  readonly sha256: string;
  readonly count: number;
}

/**
 * Reads an object of lines, which must be one gzip member, and checks it against its record. Returns false if not all
 * lines can be read.
 *
 * @throws what `body` throws
 */
export async function readObject(
  body: AsyncIterable<Uint8Array>,
  reader: LineReader,
  recorded: RecordedObject | undefined,
  problems: Problems,
): Promise<boolean> {
  const lines = new LineSplitter(reader);
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
  if (recorded) {
    compareObject({ bytes, sha256: hash.digest('hex') }, recorded, problems);
    // After a gzip problem the count is wrong anyway.
    if (gzipProblem === undefined && lines.count !== recorded.count) {
      problems.add('count', `has ${lines.count} rows, and its record says ${recorded.count}`);
    }
  }
  return gzipProblem === undefined;
}

/**
 * Checks the size and the checksum of an object against its record.
 *
 * @param where source of the checksum, for the message; empty for the bytes that were read
 */
export function compareObject(
  { bytes, sha256 }: Omit<RecordedObject, 'count'>,
  recorded: Omit<RecordedObject, 'count'>,
  problems: Problems,
  where = '',
): void {
  if (bytes !== recorded.bytes) problems.add('bytes', `has ${bytes} bytes, and its record says ${recorded.bytes}`);
  if (sha256 !== recorded.sha256) {
    problems.add('sha256', `has the SHA-256 ${short(sha256)}${where}, and its record says ${short(recorded.sha256)}`);
  }
}

/** A prefix is enough for the message; the record has the whole checksum. */
function short(sha256: string): string {
  return sha256.length > 12 ? `${sha256.slice(0, 12)}…` : sha256;
}
