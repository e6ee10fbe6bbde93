import { isUtf8 } from 'node:buffer';

const NEWLINE = 10;
/** A row is half a kilobyte; its longest text, a namespace, is part of an event of 256 KiB at most. */
export const MAX_LINE_BYTES = 2 ** 20;

/** What takes the lines of a text; their numbers begin at 1. */
export interface LineReader {
  line(text: string, number: number): void;
  /** A line that cannot be given. `problem` follows "row 3", as in "is not UTF-8". */
  badLine(problem: string, number: number): void;
}

/** Splits UTF-8 into lines as its bytes come. Of a line that has not ended it keeps {@link MAX_LINE_BYTES} at most. */
export class Lines {
  readonly #reader: LineReader;
  /** The beginning of the line that has not ended. */
  #begun: Buffer[] = [];
  #begunBytes = 0;
  /** Whether the line that has not ended is too long to be kept. */
  #isTooLong = false;
  #count = 0;

  constructor(reader: LineReader) {
    this.#reader = reader;
  }

  /** Lines so far, the bad ones too. */
  get count(): number {
    return this.#count;
  }

  write(chunk: Buffer): void {
    const first = chunk.indexOf(NEWLINE);
    if (first < 0) {
      this.#keep(chunk);
      return;
    }
    const last = chunk.lastIndexOf(NEWLINE);
    if (this.#isTooLong) {
      this.#bad(`is longer than ${MAX_LINE_BYTES} bytes`);
      this.#give(chunk.subarray(first + 1, last + 1));
    } else {
      const whole = chunk.subarray(0, last + 1);
      this.#give(this.#begunBytes === 0 ? whole : Buffer.concat([...this.#begun, whole]));
    }
    this.#begun = [];
    this.#begunBytes = 0;
    this.#isTooLong = false;
    this.#keep(chunk.subarray(last + 1));
  }

  /** The text ends here, and so must its last line. */
  end(): void {
    if (this.#isTooLong || this.#begunBytes > 0) this.#bad('does not end in a newline');
  }

  #keep(bytes: Buffer): void {
    if (bytes.length === 0 || this.#isTooLong) return;
    this.#begun.push(bytes);
    this.#begunBytes += bytes.length;
    if (this.#begunBytes <= MAX_LINE_BYTES) return;
    this.#begun = [];
    this.#begunBytes = 0;
    this.#isTooLong = true;
  }

  /** Whole lines, each with its newline. */
  #give(bytes: Buffer): void {
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
