import { createHash, randomUUID } from 'node:crypto';
import { MIN_PART_BYTES } from '../../lambda/aws/s3-uploads.ts';
import { StoreRefusedError } from '../../lambda/errors.ts';
import { MAX_PART_NUMBER, type Upload, type UploadedPart, type UploadStore } from '../../lambda/ports.ts';
import type { MemoryStore } from './memory-store.ts';

/** A call, as hooks see it. */
export interface UploadCall {
  readonly method: 'begin' | 'putPart' | 'complete' | 'abort';
  readonly key: string;
  /** Of a part. */
  readonly number?: number;
}

type Hook = (call: UploadCall) => void | Promise<void>;

interface OpenUpload extends Upload {
  readonly contentType: string;
  readonly parts: Map<number, { readonly body: Uint8Array; readonly etag: string }>;
}

/** Multipart uploads to a store in memory; hooks simulate failures around a call. */
export class MemoryUploads implements UploadStore {
  /** Runs before a call has its effect; throwing means that it has none. */
  before: Hook = () => {};
  /** Runs after a call had its effect; throwing means that the answer is lost. */
  after: Hook = () => {};
  /** Bytes of a part at least, but for the last: fewer where a test has no use for so many. */
  minPartBytes = MIN_PART_BYTES;
  readonly #open = new Map<string, OpenUpload>();
  readonly #store: Pick<MemoryStore, 'objects' | 'puts'>;

  constructor(store: Pick<MemoryStore, 'objects' | 'puts'>) {
    this.#store = store;
  }

  /** Those that were neither completed nor ended, in the order in which they began. */
  get open(): readonly OpenUpload[] {
    return [...this.#open.values()];
  }

  /** Lets an upload end, as the bucket's lifecycle may. */
  end(id: string): void {
    this.#open.delete(id);
  }

  async begin(key: string, contentType: string): Promise<Upload> {
    return await this.#call({ method: 'begin', key }, () => {
      const id = randomUUID();
      this.#open.set(id, { key, id, contentType, parts: new Map() });
      return { key, id };
    });
  }

  async putPart(
    { key, id }: Upload,
    { number, body, sha256 }: { readonly number: number; readonly body: Uint8Array; readonly sha256: string },
  ): Promise<UploadedPart | undefined> {
    return await this.#call({ method: 'putPart', key, number }, () => {
      const actual = createHash('sha256').update(body).digest('hex');
      if (actual !== sha256) throw new StoreRefusedError(`Part ${number} is not of its SHA-256`);
      if (!Number.isInteger(number) || number < 1 || number > MAX_PART_NUMBER)
        throw new StoreRefusedError(`Part ${number} has no number of a part`);
      const parts = this.#open.get(id)?.parts;
      if (parts === undefined) return undefined;
      const etag = `"${sha256.slice(0, 32)}"`;
      parts.set(number, { body: Uint8Array.from(body), etag });
      return { number, etag };
    });
  }

  async complete({ key, id }: Upload, named: readonly UploadedPart[]): Promise<'completed' | 'exists' | 'gone'> {
    return await this.#call({ method: 'complete', key }, () => {
      const upload = this.#open.get(id);
      if (upload === undefined) return 'gone';
      const bodies = this.#bodies(upload, named);
      if (this.#store.objects.has(key)) return 'exists';
      this.#store.objects.set(key, Buffer.concat(bodies));
      this.#store.puts.push(key);
      this.#open.delete(id);
      return 'completed';
    });
  }

  async abort({ key, id }: Upload): Promise<void> {
    await this.#call({ method: 'abort', key }, () => void this.#open.delete(id));
  }

  #bodies({ parts }: OpenUpload, named: readonly UploadedPart[]): Uint8Array[] {
    if (named.length === 0) throw new StoreRefusedError('No part is named');
    return named.map(({ number, etag }, i) => {
      const part = parts.get(number);
      if (part?.etag !== etag) throw new StoreRefusedError(`Part ${number} is not there as named`);
      if (number <= (named[i - 1]?.number ?? 0)) throw new StoreRefusedError(`Part ${number} is not in order`);
      if (i < named.length - 1 && part.body.byteLength < this.minPartBytes)
        throw new StoreRefusedError(`Part ${number} is too small`);
      return part.body;
    });
  }

  async #call<T>(call: UploadCall, effect: () => T): Promise<T> {
    await this.before(call);
    const result = effect();
    await this.after(call);
    return result;
  }
}
