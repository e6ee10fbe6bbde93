import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { ChangeRow, JobDetailsRow, JobRow, SnapshotRecord } from '../../lambda/contract/columns.ts';
import type { SnapshotStore, StoredObject } from '../../lambda/ports.ts';

type Hook = (object: StoredObject) => void | Promise<void>;

/** A store in memory; hooks simulate failures around a put. */
export class MemoryStore implements SnapshotStore {
  readonly objects = new Map<string, Uint8Array>();
  /** Keys in the order in which they were put. */
  readonly puts: string[] = [];
  /** Runs before a put has its effect; throwing means that it has none. */
  beforePut: Hook = () => {};
  /** Runs after a put had its effect; throwing means that the answer is lost. */
  afterPut: Hook = () => {};

  async readText(key: string) {
    const body = this.objects.get(key);
    return body && Buffer.from(body).toString();
  }

  /** A copy, as readers may write to it. */
  async readBytes(key: string) {
    const body = this.objects.get(key);
    return body && Uint8Array.from(body);
  }

  async sha256(key: string) {
    const body = this.objects.get(key);
    return body && createHash('sha256').update(body).digest('hex');
  }

  async putIfAbsent(object: StoredObject) {
    await this.beforePut(object);
    if (this.objects.has(object.key)) return false;
    this.objects.set(object.key, object.body);
    this.puts.push(object.key);
    await this.afterPut(object);
    return true;
  }

  /** Writes all objects below a directory, without what makes a directory store safe and slow. */
  writeTo(directory: string): void {
    for (const [key, body] of this.objects) {
      const path = join(directory, key);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, body);
    }
  }

  keys(prefix: string): string[] {
    return [...this.objects.keys()].filter((key) => key.startsWith(prefix)).sort();
  }

  rows(key: string): JobRow[] {
    return parseLines(gunzipSync(this.objects.get(key) as Uint8Array).toString());
  }

  changes(key: string): ChangeRow[] {
    return parseLines(gunzipSync(this.objects.get(key) as Uint8Array).toString());
  }

  details(key: string): JobDetailsRow[] {
    return parseLines(gunzipSync(this.objects.get(key) as Uint8Array).toString());
  }

  record(key: string): SnapshotRecord {
    const [record] = parseLines<SnapshotRecord>(Buffer.from(this.objects.get(key) as Uint8Array).toString());
    return record as SnapshotRecord;
  }
}

export function parseLines<T>(ndjson: string): T[] {
  if (ndjson !== '' && !ndjson.endsWith('\n')) throw new Error('The last line does not end in a newline');
  return ndjson
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as T);
}
