import { crc32, createInflateRaw } from 'node:zlib';

/** Source of all that follows: RFC 1952, 2.3. */
const HEADER_BYTES = 10;
const TRAILER_BYTES = 8;
const ID1 = 0x1f;
const ID2 = 0x8b;
const DEFLATE = 8;
/** Bytes of text that come at a time: each time costs an event. */
const TEXT_BYTES = 2 ** 17;

/**
 * Decompresses an object that must be one gzip member and nothing else, in pieces.
 *
 * Node's own gunzip goes on to a second member and passes over what is behind the last, and either is damage: some
 * readers stop after the first member. So header and trailer are read here.
 */
export class GzipMember {
  readonly #inflate = createInflateRaw({ chunkSize: TEXT_BYTES });
  readonly #header: number[] = [];
  /** The last bytes so far. */
  #tail = Buffer.alloc(0);
  #bytes = 0;
  #textBytes = 0;
  #crc = 0;
  #problem: string | undefined;
  #hasEnded = false;
  #wake = () => {};

  /** @param onText takes the decompressed bytes as they come */
  constructor(onText: (chunk: Buffer) => void) {
    this.#inflate.on('data', (chunk: Buffer) => {
      this.#crc = crc32(chunk, this.#crc);
      this.#textBytes += chunk.length;
      onText(chunk);
    });
    this.#inflate.on('end', () => {
      this.#hasEnded = true;
      this.#wake();
    });
    this.#inflate.on('error', ({ code, message }: NodeJS.ErrnoException) => {
      this.#problem ??= code === 'Z_BUF_ERROR' ? CUT : `is not valid gzip (${message})`;
      this.#wake();
    });
  }

  /** Resolves when all of the chunk has been taken. One call at a time. */
  async write(chunk: Uint8Array): Promise<void> {
    this.#bytes += chunk.length;
    this.#tail = Buffer.concat([this.#tail, chunk.subarray(-TRAILER_BYTES)]).subarray(-TRAILER_BYTES);
    const rest = this.#takeHeader(chunk);
    if (this.#problem !== undefined || this.#hasEnded || rest.length === 0) return;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      // After the end of the compressed data it does not call back, but ends.
      this.#inflate.write(rest, () => resolve());
    });
  }

  /** What is wrong with the object as a gzip member; `undefined` when nothing is. */
  async end(): Promise<string | undefined> {
    if (this.#problem === undefined && !this.#hasEnded) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        this.#inflate.end();
      });
    }
    const taken = this.#inflate.bytesWritten;
    this.#inflate.destroy();
    return this.#problem ?? (this.#header.length < HEADER_BYTES ? CUT : this.#trailerProblem(taken));
  }

  #trailerProblem(taken: number): string | undefined {
    const excess = this.#bytes - HEADER_BYTES - taken - TRAILER_BYTES;
    if (excess < 0) return CUT;
    if (excess > 0) return `has ${excess} bytes after its one gzip member`;
    if (this.#tail.readUInt32LE(0) !== this.#crc) return 'has another CRC-32 in its gzip trailer than its content';
    if (this.#tail.readUInt32LE(4) !== this.#textBytes % 2 ** 32) {
      return 'has another length in its gzip trailer than its content';
    }
    return undefined;
  }

  /** Takes what is missing of the header, and gives the rest. */
  #takeHeader(chunk: Uint8Array): Uint8Array {
    const missing = HEADER_BYTES - this.#header.length;
    if (missing === 0) return chunk;
    this.#header.push(...chunk.subarray(0, missing));
    const [id1 = ID1, id2 = ID2, method = DEFLATE, flags = 0] = this.#header;
    if (id1 !== ID1 || id2 !== ID2 || method !== DEFLATE) this.#problem ??= 'is not gzip';
    else if (flags !== 0) this.#problem ??= 'has optional fields in its gzip header, and the exporter writes none';
    return chunk.subarray(missing);
  }
}

const CUT = 'is cut off: its gzip member does not end';
