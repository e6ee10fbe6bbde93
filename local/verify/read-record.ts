import { isUtf8 } from 'node:buffer';
import type { SnapshotIdentity } from '../../lambda/contract/keys.ts';
import { type CheckedRecord, checkRecord } from './check-record.ts';

/**
 * A record has some 130 bytes per listing. An event of 256 KiB names at most 65,000 thing groups, with five listings
 * each.
 */
const MAX_BYTES = 64 * 2 ** 20;

/** Reads a record and checks it. @throws what `body` throws */
export async function readRecord(body: AsyncIterable<Uint8Array>, identity: SnapshotIdentity): Promise<CheckedRecord> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    bytes += chunk.byteLength;
    if (bytes > MAX_BYTES) return { problems: [`is longer than ${MAX_BYTES} bytes, which no record is`] };
  }
  const whole = Buffer.concat(chunks);
  return isUtf8(whole) ? checkRecord(whole.toString(), identity) : { problems: ['is not UTF-8'] };
}
