import { isUtf8 } from 'node:buffer';

const NEWLINE = 10;
/** A row has some 500 bytes; its longest text, a namespace, is part of an event of at most 256 KiB. */
export const MAX_LINE_BYTES = 2 ** 20;

/** Receives the lines of a text. Numbers begin at 1. */
export interface LineReader {
  line(text: string, number: number): void;
  /** A line that cannot be decoded. `problem` follows "row 3", as in "is not UTF-8". */
  badLine(problem: string, number: number): void;
}

/** Splits a stream of UTF-8 bytes into lines. Buffers at most {@link MAX_LINE_BYTES} of an incomplete line. */
export class LineSplitter {
  readonly #reader: LineReader;
  /** Bytes of the incomplete line. */
  #partial: Buffer[] = [];
  #partialBytes = 0;
  /** Whether the incomplete line exceeds {@link MAX_LINE_BYTES}. */
  #isTooLong = false;
  #count = 0;

  constructor(reader: LineReader) {
    this.#reader = reader;
  }

  /** Lines so far, including bad ones. */
  get count(): number {
    return this.#count;
  }

  write(chunk: Buffer): void {
    const first = chunk.indexOf(NEWLINE);
    if (first < 0) {
      this.#buffer(chunk);
      return;
    }
    const last = chunk.lastIndexOf(NEWLINE);
    if (this.#isTooLong) {
      this.#bad(`is longer than ${MAX_LINE_BYTES} bytes`);
      this.#emit(chunk.subarray(first + 1, last + 1));
    } else {
      const whole = chunk.subarray(0, last + 1);
      this.#emit(this.#partialBytes === 0 ? whole : Buffer.concat([...this.#partial, whole]));
    }
    this.#partial = [];
    this.#partialBytes = 0;
    this.#isTooLong = false;
    this.#buffer(chunk.subarray(last + 1));
  }

  /** Ends the text. Its last line must end in a newline. */
  end(): void {
    if (this.#isTooLong || this.#partialBytes > 0) this.#bad('does not end in a newline');
  }

  #buffer(bytes: Buffer): void {
    if (bytes.length === 0 || this.#isTooLong) return;
    this.#partial.push(bytes);
    this.#partialBytes += bytes.length;
    if (this.#partialBytes <= MAX_LINE_BYTES) return;
    this.#partial = [];
    this.#partialBytes = 0;
    this.#isTooLong = true;
  }

  /** Emits whole lines, each with its newline. */
  #emit(bytes: Buffer): void {
    if (isUtf8(bytes)) {
      const lines = bytes.toString().split('\n');
      for (let i = 0; i < lines.length - 1; i++) this.#reader.line(lines[i] as string, ++this.#count);
      return;
    }
    for (let from = 0; from < bytes.length; ) {
      const end = bytes.indexOf(NEWLINE, from);
      const line = bytes.subarray(from, end);
      if (isUtf8(line)) this.#reader.line(line.toString(), ++this.#count);
      else this.#bad('is not UTF-8');
      from = end + 1;
    }
  }

  #bad(problem: string): void {
    this.#count += 1;
    this.#reader.badLine(problem, this.#count);
  }
}
