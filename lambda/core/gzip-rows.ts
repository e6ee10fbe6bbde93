import { randomFillSync } from 'node:crypto';
import { once } from 'node:events';
import { constants, crc32, createDeflateRaw } from 'node:zlib';
import { createSHA256 } from 'hash-wasm';
import { UnreadableStateError } from './state-bytes.ts';

/** The state of an unfinished gzip member, saved when a run is suspended. */
export interface SavedGzip {
  /** CRC-32 of the text so far. */
  readonly crc: number;
  /** UTF-8 bytes of the text so far. */
  readonly textBytes: number;
  /** Bytes of the object so far, `rest` included. */
  readonly objectBytes: number;
  /** State of the SHA-256 of these bytes, as hash-wasm saves it. Another build of hash-wasm may refuse it. */
  readonly hash: Uint8Array;
  /** Bytes of the object that were not yet taken. */
  readonly rest: Uint8Array;
}

/** A finished object of rows. */
export interface FinishedRows {
  /** The last bytes of the object: those that were not yet taken. */
  readonly rest: Uint8Array;
  /** Bytes of the whole object. */
  readonly bytes: number;
  /** SHA-256 of the whole object, hex. */
  readonly sha256: string;
}

/**
 * Maximum number of compressed bytes that are not yet taken. It reserves address space; memory is used only as needed. A run
 * of 15 minutes at the default quota of 10 calls/s lists 2.2 million jobs, some 80 MB.
 */
const MAX_BYTES = 2 ** 30;
const GROWTH_BYTES = 2 ** 20;

/**
 * A row has half a kilobyte and resembles the previous row, so matches are near: a window of 4 kB instead of 32 kB makes
 * distances shorter. With it, and without short matches (Z_FILTERED), objects are 4 to 5 % smaller than with zlib's
 * defaults, for two thirds of the CPU.
 */
const DEFLATE = { level: 5, windowBits: 12, strategy: constants.Z_FILTERED };

/** Bytes of UTF-8 that are passed to the compressor at a time: about two pages. Each call wakes up its thread. */
const TEXT_BYTES = 2 ** 18;
const encoder = new TextEncoder();

/**
 * A gzip header as zlib writes it: deflate, no flags, a time that is filled in, no compression hint, Unix.
 * Source: RFC 1952, 2.3 and 2.3.1.
 */
const HEADER = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3];
const HEADER_TIME = [4, 8] as const;

/**
 * An empty stored block that begins at a byte boundary: three header bits of 0 and padding, a length of 0 and its complement.
 * Source: RFC 1951, 3.2.4.
 */
const EMPTY_BLOCK = Uint8Array.of(0, 0, 0, 0xff, 0xff);

type Hasher = Awaited<ReturnType<typeof createSHA256>>;

/** Checksums and sizes of an unfinished member. */
interface Progress {
  readonly hash: Hasher;
  readonly crc: number;
  readonly textBytes: number;
  readonly objectBytes: number;
}

/**
 * Compresses rows as they arrive into one gzip member. It holds only compressed bytes, in a buffer that grows until they are
 * taken.
 *
 * Another invocation can continue the member: header, trailer and checksums are made here, zlib makes the blocks between, and
 * a full flush ends at a byte boundary, after which no block refers back. The SHA-256 uses a WebAssembly build, because the
 * state of Node's hash cannot be saved.
 *
 * The bytes of each run are unique, by four random bytes in the header's time field, and those of each attempt, by empty
 * blocks. Intents are found by the checksum of the rows, so two runs with equal rows, or with none, must not have the same
 * checksum.
 */
export class GzipRows {
  readonly #deflate = createDeflateRaw(DEFLATE);
  readonly #buffer = new ArrayBuffer(GROWTH_BYTES, { maxByteLength: MAX_BYTES });
  readonly #bytes = new Uint8Array(this.#buffer);
  /** Bytes in use of the buffer. */
  #length = 0;
  readonly #text = new Uint8Array(TEXT_BYTES);
  /** Bytes in use of the text. */
  #filled = 0;
  readonly #hash: Hasher;
  #crc: number;
  #textBytes: number;
  #objectBytes: number;
  readonly #ended: Promise<unknown>;

  private constructor({ hash, crc, textBytes, objectBytes }: Progress) {
    this.#hash = hash;
    this.#crc = crc;
    this.#textBytes = textBytes;
    this.#objectBytes = objectBytes;
    this.#deflate.on('data', (chunk: Buffer) => this.#append(chunk));
    // 'end' instead of the callback of end(): that is called at 'finish', before all output was read.
    this.#ended = once(this.#deflate, 'end');
    this.#ended.catch(() => {});
  }

  static async begin(): Promise<GzipRows> {
    const rows = new GzipRows({ hash: await createSHA256(), crc: 0, textBytes: 0, objectBytes: 0 });
    const header = Uint8Array.from(HEADER);
    randomFillSync(header.subarray(...HEADER_TIME));
    rows.#append(header);
    return rows;
  }

  /**
   * Continues a member.
   *
   * @param attempt of the run, from 1: no two attempts that continue from one state have the same number
   * @throws UnreadableStateError when the state of the hash is of another build of hash-wasm
   */
  static async resume({ hash, rest, ...progress }: SavedGzip, attempt: number): Promise<GzipRows> {
    const rows = new GzipRows({ ...progress, hash: await loadedHasher(hash) });
    rows.#appendBytes(rest);
    for (let one = 1; one < attempt; one++) rows.#append(EMPTY_BLOCK);
    return rows;
  }

  /** Writes whole lines; resolves when there is room for more. One write at a time: all writes fill the same buffer. */
  async write(lines: string): Promise<void> {
    for (let rest = lines; ; ) {
      const { read, written } = encoder.encodeInto(rest, this.#text.subarray(this.#filled));
      this.#filled += written;
      if (read === rest.length) return;
      await this.#compress();
      rest = rest.slice(read);
    }
  }

  /** Compresses the buffered text. The compressor reads it on its own thread, so it must not change until then. */
  async #compress(): Promise<void> {
    if (this.#filled === 0) return;
    const bytes = this.#text.subarray(0, this.#filled);
    await new Promise<void>((resolve, reject) => {
      this.#deflate.write(bytes, (error) => (error ? reject(error) : resolve()));
      // While the compressor's thread works.
      this.#crc = crc32(bytes, this.#crc);
    });
    this.#textBytes += this.#filled;
    this.#filled = 0;
  }

  /** Number of compressed bytes that were not yet taken. */
  get pendingBytes(): number {
    return this.#length;
  }

  /** Returns and removes the pending bytes, to be put as a part. Bytes that the compressor still holds are not included. */
  take(): Uint8Array {
    // Copied, so that the part can be uploaded while the buffer is filled again.
    const taken = this.#bytes.slice(0, this.#length);
    this.#length = 0;
    this.#buffer.resize(GROWTH_BYTES);
    return taken;
  }

  /**
   * Saves the state that another invocation needs to continue the member. Nothing can be written afterwards.
   *
   * @returns the state; `rest` is a view, which does not change any more
   */
  async suspend(): Promise<SavedGzip> {
    await this.#compress();
    await new Promise<void>((resolve) => this.#deflate.flush(constants.Z_FULL_FLUSH, () => resolve()));
    // The callback is called when all is compressed, before all was read.
    while (this.#deflate.read() !== null) {}
    this.#deflate.destroy();
    return {
      crc: this.#crc,
      textBytes: this.#textBytes,
      objectBytes: this.#objectBytes,
      hash: this.#hash.save(),
      rest: this.#rest(),
    };
  }

  async end(): Promise<FinishedRows> {
    await this.#compress();
    this.#deflate.end();
    await this.#ended;
    this.#append(trailerOf(this.#crc, this.#textBytes));
    return { rest: this.#rest(), bytes: this.#objectBytes, sha256: this.#hash.digest('hex') };
  }

  #rest(): Uint8Array {
    return new Uint8Array(this.#buffer, 0, this.#length);
  }

  #append(chunk: Uint8Array): void {
    this.#appendBytes(chunk);
    this.#hash.update(chunk);
    this.#objectBytes += chunk.byteLength;
  }

  #appendBytes(chunk: Uint8Array): void {
    const length = this.#length + chunk.byteLength;
    if (length > this.#buffer.byteLength) this.#buffer.resize(Math.ceil(length / GROWTH_BYTES) * GROWTH_BYTES);
    this.#bytes.set(chunk, this.#length);
    this.#length = length;
  }

  /** Frees the compressor of a run that failed. */
  destroy(): void {
    this.#deflate.destroy();
  }
}

async function loadedHasher(state: Uint8Array): Promise<Hasher> {
  const hasher = await createSHA256();
  try {
    return hasher.load(state);
  } catch (cause) {
    const { message } = cause as Error;
    throw new UnreadableStateError(`The state of the rows' SHA-256 cannot be read: ${message}`, { cause });
  }
}

/** The CRC-32 of the text, and its length mod 2^32. Source: RFC 1952, 2.3.1. */
function trailerOf(crc: number, textBytes: number): Uint8Array {
  const trailer = new DataView(new ArrayBuffer(8));
  trailer.setUint32(0, crc, true);
  // setUint32 writes the value mod 2^32. Source: ECMA-262, ToUint32.
  trailer.setUint32(4, textBytes, true);
  return new Uint8Array(trailer.buffer);
}
