import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createGzip } from 'node:zlib';

/** The rows' object as it will be stored. */
export interface CompressedRows {
  readonly body: Uint8Array;
  /** Hex. */
  readonly sha256: string;
}

/** Compresses rows as they arrive, so that only compressed bytes are held. */
export class GzipRows {
  readonly #gzip = createGzip();
  readonly #chunks: Buffer[] = [];
  readonly #hash = createHash('sha256');
  readonly #ended: Promise<unknown>;

  constructor() {
    this.#gzip.on('data', (chunk: Buffer) => {
      this.#chunks.push(chunk);
      this.#hash.update(chunk);
    });
    // 'end' and not the callback of end(), which comes at 'finish', when output is still on its way.
    this.#ended = once(this.#gzip, 'end');
    this.#ended.catch(() => {});
  }

  /** Takes whole lines; resolves when they are compressed. */
  write(lines: string): Promise<void> {
    if (lines === '') return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#gzip.write(lines, (error) => (error ? reject(error) : resolve()));
    });
  }

  async end(): Promise<CompressedRows> {
    this.#gzip.end();
    await this.#ended;
    return { body: Buffer.concat(this.#chunks), sha256: this.#hash.digest('hex') };
  }

  /** Lets go of the compressor of a run that failed. */
  destroy(): void {
    this.#gzip.destroy();
  }
}
