import { once } from 'node:events';
import { crc32, createInflateRaw } from 'node:zlib';

/** Bytes of a gzip header without optional fields, and of a trailer. Source: RFC 1952, 2.3. */
const [HEADER_BYTES, TRAILER_BYTES] = [10, 8];
const UUID_LENGTH = 36;
const NEWLINE = 0x0a;
const JOB_ID = Buffer.from('"job_id":"');

/** The id of the nth job, a UUID that ends with its number. */
export function uuidOf(n: number): string {
  const mixed = (Math.imul(n, 0x9e3779b1) >>> 0).toString(16).padStart(8, '0');
  const more = (Math.imul(n ^ 0x5bd1e995, 0x85ebca6b) >>> 0).toString(16).padStart(8, '0');
  return `${mixed}-${more.slice(0, 4)}-4000-${more.slice(4)}-${n.toString(16).padStart(12, '0')}`;
}

/** Reads an object of rows while it comes, holds nothing of it but a bit for each job, and knows nothing of the exporter. */
export class RowsCheck {
  readonly found = {
    /** Lines, and jobs among them that no line before had. */
    lines: 0,
    distinct: 0,
    /** Lines without the id of a job from 0 on. */
    foreign: 0,
    /** Whether the object is one gzip member with the CRC and the length of its text, and nothing after it. */
    isOneMember: false,
  };
  readonly #jobs: number;
  readonly #seen: Uint8Array;
  readonly #inflate = createInflateRaw({ chunkSize: 2 ** 18 });
  /** The trailer is left unread, and after it no write is answered. */
  readonly #ended = once(this.#inflate, 'end');
  /** Of a line that has not ended. */
  #begun = Buffer.alloc(0);
  #crc = 0;
  #textBytes = 0;
  #bytes = 0;
  #hasHeader = false;
  #tail = Buffer.alloc(0);

  constructor(jobs: number) {
    this.#jobs = jobs;
    this.#seen = new Uint8Array(Math.ceil(jobs / 8));
    this.#inflate.on('data', (piece: Buffer) => this.#text(piece));
  }

  /** Takes bytes of the object, the first ones with the whole header. */
  async take(bytes: Uint8Array): Promise<void> {
    const header = Buffer.from([0x1f, 0x8b, 8, 0]);
    const rest = this.#bytes === 0 ? bytes.subarray(HEADER_BYTES) : bytes;
    if (this.#bytes === 0) this.#hasHeader = header.equals(bytes.subarray(0, header.length));
    this.#bytes += bytes.byteLength;
    this.#tail = Buffer.concat([this.#tail, bytes.subarray(-TRAILER_BYTES)]).subarray(-TRAILER_BYTES);
    const taken = new Promise<void>((resolve, reject) => {
      this.#inflate.write(rest, (error) => (error ? reject(error) : resolve()));
    });
    await Promise.race([taken, this.#ended]);
  }

  async end(): Promise<void> {
    this.#inflate.end();
    await this.#ended;
    const isWhole = this.#inflate.bytesWritten === this.#bytes - HEADER_BYTES - TRAILER_BYTES;
    const isOfText =
      this.#tail.readUInt32LE(0) === this.#crc && this.#tail.readUInt32LE(4) === this.#textBytes % 2 ** 32;
    this.found.isOneMember = this.#hasHeader && isWhole && isOfText && this.#begun.length === 0;
  }

  #text(piece: Buffer): void {
    this.#crc = crc32(piece, this.#crc);
    this.#textBytes += piece.length;
    const text = this.#begun.length > 0 ? Buffer.concat([this.#begun, piece]) : piece;
    let from = 0;
    for (let end = text.indexOf(NEWLINE); end >= 0; end = text.indexOf(NEWLINE, from)) {
      this.#line(text, from, end);
      from = end + 1;
    }
    this.#begun = Buffer.from(text.subarray(from));
  }

  #line(text: Buffer, from: number, to: number): void {
    const { found } = this;
    found.lines += 1;
    const at = text.indexOf(JOB_ID, from) + JOB_ID.length;
    const id = text.toString('latin1', at, at + UUID_LENGTH);
    const n = Number.parseInt(id.slice(24), 16);
    if (at + UUID_LENGTH > to || !(n < this.#jobs) || id !== uuidOf(n)) {
      found.foreign += 1;
      return;
    }
    const bits = this.#seen[n >>> 3] as number;
    const bit = 1 << (n & 7);
    if ((bits & bit) === 0) found.distinct += 1;
    this.#seen[n >>> 3] = bits | bit;
  }
}
