import { crc32, createInflateRaw } from 'node:zlib';

/** Source of these constants: RFC 1952, 2.3. */
const HEADER_BYTES = 10;
const TRAILER_BYTES = 8;
const ID1 = 0x1f;
const ID2 = 0x8b;
const DEFLATE = 8;
/** Size of the decompressed chunks. Larger than the default, because each chunk costs an event. */
const TEXT_BYTES = 2 ** 17;

/**
 * Streaming decompression of an object that must be exactly one gzip member.
 *
 * Node's gunzip accepts further members and ignores trailing bytes. Both are damage here, since some readers stop after
 * the first member. So header and trailer are read by this class.
 */
export class GzipMember {
  readonly #inflate = createInflateRaw({ chunkSize: TEXT_BYTES });
  readonly #header: number[] = [];
  /** The last bytes so far: at the end, the trailer. */
  #tail = Buffer.alloc(0);
  #bytes = 0;
  #textBytes = 0;
  #crc = 0;
  #problem: string | undefined;
  #hasEnded = false;
  #settle = () => {};

  /** @param onText receives the decompressed bytes */
  constructor(onText: (chunk: Buffer) => void) {
    this.#inflate.on('data', (chunk: Buffer) => {
      this.#crc = crc32(chunk, this.#crc);
      this.#textBytes += chunk.length;
      onText(chunk);
    });
    this.#inflate.on('end', () => {
      this.#hasEnded = true;
      this.#settle();
    });
    this.#inflate.on('error', ({ code, message }: NodeJS.ErrnoException) => {
      this.#problem ??= code === 'Z_BUF_ERROR' ? TRUNCATED : `is not valid gzip (${message})`;
      this.#settle();
    });
  }

  /** Resolves when the chunk has been processed. Calls must not overlap. */
  async write(chunk: Uint8Array): Promise<void> {
    this.#bytes += chunk.length;
    this.#tail = Buffer.concat([this.#tail, chunk.subarray(-TRAILER_BYTES)]).subarray(-TRAILER_BYTES);
    const rest = this.#consumeHeader(chunk);
    if (this.#problem !== undefined || this.#hasEnded || rest.length === 0) return;
    await new Promise<void>((resolve) => {
      this.#settle = resolve;
      // After the end of the compressed data the callback is not called, but the stream ends.
      this.#inflate.write(rest, () => resolve());
    });
  }

  /** The problem of the object as a gzip member, if there is one. */
  async end(): Promise<string | undefined> {
    if (this.#problem === undefined && !this.#hasEnded) {
      await new Promise<void>((resolve) => {
        this.#settle = resolve;
        this.#inflate.end();
      });
    }
    const compressedBytes = this.#inflate.bytesWritten;
    this.#inflate.destroy();
    return this.#problem ?? (this.#header.length < HEADER_BYTES ? TRUNCATED : this.#trailerProblem(compressedBytes));
  }

  #trailerProblem(compressedBytes: number): string | undefined {
    const excess = this.#bytes - HEADER_BYTES - compressedBytes - TRAILER_BYTES;
    if (excess < 0) return TRUNCATED;
    if (excess > 0) return `has ${excess} bytes after its one gzip member`;
    if (this.#tail.readUInt32LE(0) !== this.#crc) return 'has another CRC-32 in its gzip trailer than its content';
    if (this.#tail.readUInt32LE(4) !== this.#textBytes % 2 ** 32) {
      return 'has another length in its gzip trailer than its content';
    }
    return undefined;
  }

  /** Consumes bytes that the header still lacks; returns the rest. */
  #consumeHeader(chunk: Uint8Array): Uint8Array {
    const missing = HEADER_BYTES - this.#header.length;
    if (missing === 0) return chunk;
    this.#header.push(...chunk.subarray(0, missing));
    const [id1 = ID1, id2 = ID2, method = DEFLATE, flags = 0] = this.#header;
    if (id1 !== ID1 || id2 !== ID2 || method !== DEFLATE) this.#problem ??= 'is not gzip';
    else if (flags !== 0) this.#problem ??= 'has optional fields in its gzip header, and the exporter writes none';
    return chunk.subarray(missing);
  }
}

const TRUNCATED = 'is cut off: its gzip member does not end';
