import { randomFillSync } from 'node:crypto';
import { once } from 'node:events';
import { constants, crc32, createDeflateRaw } from 'node:zlib';
import { createSHA256 } from 'hash-wasm';
import { UnreadableStateError } from './state-bytes.ts';

/** What a run hands on of rows that another invocation goes on with. */
export interface SavedGzip {
  /** CRC-32 of the text so far. */
  readonly crc: number;
  /** UTF-8 bytes of the text so far. */
  readonly textBytes: number;
  /** Bytes of the object so far, those not yet taken included. */
  readonly objectBytes: number;
  /** State of the SHA-256 of these, as hash-wasm saves it: another build of it may refuse it. */
  readonly hash: Uint8Array;
  /** Bytes of the object that were not yet taken. */
  readonly rest: Uint8Array;
}

/** The rows' object when it has ended. */
export interface FinishedRows {
  /** Its last bytes, which were not yet taken. */
  readonly rest: Uint8Array;
  /** Bytes of the whole object. */
  readonly bytes: number;
  /** SHA-256 of the whole object, hex. */
  readonly sha256: string;
}

/**
 * Compressed bytes that are not yet taken, at most. It is address space, not memory, until it is used; a run of 15 minutes
 * at the default quota of 10 calls/s lists 2.2 million jobs, some 80 MB.
 */
const MAX_BYTES = 2 ** 30;
const GROWTH_BYTES = 2 ** 20;

/**
 * A row is half a kilobyte and much like the one before it, so that a match lies near: a window of 4 kB instead of 32 kB
 * makes distances short. With it, and with short matches left out (Z_FILTERED), objects are 4 to 5 % smaller than with
 * zlib's defaults, for two thirds of the CPU.
 */
const DEFLATE = { level: 5, windowBits: 12, strategy: constants.Z_FILTERED };

/** UTF-8 of rows that the compressor is given at a time: about two pages. Each time costs a wake-up of its thread. */
const TEXT_BYTES = 2 ** 18;
const encoder = new TextEncoder();

/**
 * A gzip header: deflate, no flags, a time that is filled in, no hint of the compressor, made on Unix, as zlib writes it.
 * Source: RFC 1952, 2.3 and 2.3.1.
 */
const HEADER = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3];
const HEADER_TIME = [4, 8] as const;

/**
 * A stored block without content, from a byte boundary: three bits of header, none of them set, and padding; a length of 0
 * and its complement. Source: RFC 1951, 3.2.4.
 */
const EMPTY_BLOCK = Uint8Array.of(0, 0, 0, 0xff, 0xff);

type Hasher = Awaited<ReturnType<typeof createSHA256>>;

/** How far a member is. */
interface Progress {
  readonly hash: Hasher;
  readonly crc: number;
  readonly textBytes: number;
  readonly objectBytes: number;
}

/**
 * Compresses rows as they arrive into one gzip member, so that only compressed bytes are held, and those once: in a buffer
 * that grows until they are taken.
 *
 * Another invocation can go on with the member: header, trailer and checksums are made here, zlib makes the blocks between,
 * and a full flush ends at a byte boundary, after which no block looks back. The SHA-256 is of a WebAssembly build, since
 * the state of one of Node's cannot be saved.
 *
 * The bytes are a run's own, by four random ones in the header's time field, and those of an attempt its own, by empty
 * blocks: an intent is found by the checksum of the rows, and two runs with the same rows, as two without any, must not
 * take each other's.
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
    // 'end' and not the callback of end(), which comes at 'finish', when output is still on its way.
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
   * Goes on with a member.
   *
   * @param attempt of the run, from 1: no two go on from this state with the same number
   * @throws UnreadableStateError when the state of the hash is of another build of hash-wasm
   */
  static async resume({ hash, rest, ...progress }: SavedGzip, attempt: number): Promise<GzipRows> {
    const rows = new GzipRows({ ...progress, hash: await loadedHasher(hash) });
    rows.#appendBytes(rest);
    for (let one = 1; one < attempt; one++) rows.#append(EMPTY_BLOCK);
    return rows;
  }

  /** Takes whole lines; resolves when there is room for more. One write at a time: all of them fill the same buffer. */
  async write(lines: string): Promise<void> {
    for (let rest = lines; ; ) {
      const { read, written } = encoder.encodeInto(rest, this.#text.subarray(this.#filled));
      this.#filled += written;
      if (read === rest.length) return;
      await this.#compress();
      rest = rest.slice(read);
    }
  }

  /** Compresses the text so far. The compressor reads it on a thread of its own, so it must not change before. */
  async #compress(): Promise<void> {
    if (this.#filled === 0) return;
    const bytes = this.#text.subarray(0, this.#filled);
    await new Promise<void>((resolve, reject) => {
      this.#deflate.write(bytes, (error) => (error ? reject(error) : resolve()));
      // Meanwhile.
      this.#crc = crc32(bytes, this.#crc);
    });
    this.#textBytes += this.#filled;
    this.#filled = 0;
  }

  /** Bytes of the object so far that were not yet taken. */
  get pendingBytes(): number {
    return this.#length;
  }

  /** Gives these bytes, to be put as a part, and forgets them. What the compressor still holds is not among them. */
  take(): Uint8Array {
    // Copied, so that the part can be on its way while the buffer is filled again.
    const taken = this.#bytes.slice(0, this.#length);
    this.#length = 0;
    this.#buffer.resize(GROWTH_BYTES);
    return taken;
  }

  /**
   * What another invocation needs to go on with the member. All text is in it; nothing can be written after.
   *
   * @returns with `rest` as a view, which stays as it is
   */
  async suspend(): Promise<SavedGzip> {
    await this.#compress();
    await new Promise<void>((resolve) => this.#deflate.flush(constants.Z_FULL_FLUSH, () => resolve()));
    // The callback comes when all is compressed, not when all was read.
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

  /** Lets go of the compressor of a run that failed. */
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
  // Takes it mod 2^32, as it does every integer. Source: ECMA-262, ToUint32.
  trailer.setUint32(4, textBytes, true);
  return new Uint8Array(trailer.buffer);
}
