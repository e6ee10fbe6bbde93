import type { SnapshotRecord } from '../../lambda/contract/columns.ts';
import type { SnapshotIdentity } from '../../lambda/contract/keys.ts';
import { readRecord } from '../verify/read-record.ts';

/** A record and its stored text, which is copied unchanged. */
export interface StoredRecord {
  readonly record: SnapshotRecord;
  readonly text: string;
}

/** Reads and checks a record. @throws what `body` throws */
export async function readStoredRecord(
  body: AsyncIterable<Uint8Array>,
  identity: SnapshotIdentity,
): Promise<StoredRecord | { readonly problems: readonly string[] }> {
  const chunks: Uint8Array[] = [];
  const { record, problems } = await readRecord(kept(body, chunks), identity);
  if (!record || problems.length > 0) return { problems };
  return { record, text: Buffer.concat(chunks).toString() };
}

async function* kept(body: AsyncIterable<Uint8Array>, chunks: Uint8Array[]): AsyncIterable<Uint8Array> {
  for await (const chunk of body) {
    chunks.push(chunk);
    yield chunk;
  }
}
