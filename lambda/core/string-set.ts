import { createHash } from 'node:crypto';

/** Bytes of a chunk of the arena; a string does not straddle two. */
const CHUNK_BYTES = 1 << 20;
/** A longer string is kept as its digest: job ids have 64 characters at most. */
const MAX_LENGTH = 1024;
/** The most that a string of that length takes: two bytes of length, three for each UTF-16 unit. */
const MAX_ENTRY_BYTES = 2 + 3 * MAX_LENGTH;
/** The form in which AWS and most fleets write UUIDs, which then take 16 bytes instead of 36. */
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
/** Set in the length of what is such a UUID, so that no other string has the same entry. */
const PACKED = 0x8000;
/** Slots of a new table, a power of two. */
const INITIAL_SLOTS = 1 << 10;

/**
 * A set of strings that is exact and small: the strings' UTF-8 bytes lie one after the other in an arena, and an
 * open-addressing table holds their places.
 *
 * A million UUIDs take 26 MB, where a `Set` of strings takes 140 MB and its garbage more. A table of
 * hashes alone would be smaller still, but two ids with one hash would lose a job.
 */
export class StringSet {
  readonly #chunks: Buffer[] = [];
  /** Bytes in use of the last chunk. */
  #used = CHUNK_BYTES;
  /** Place of each string, in bytes over all chunks divided by 2, plus 1; 0 = empty. */
  #slots = new Uint32Array(INITIAL_SLOTS);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Adds a string; false when it was there. */
  add(text: string): boolean {
    const value = text.length > MAX_LENGTH ? createHash('sha512').update(text).digest('base64') : text;
    // Written first, so that hashing and comparing are of bytes; a string that was there is written over by the next.
    const { place, end } = this.#write(value);
    const slot = this.#find(place);
    if (slot < 0) return false;
    this.#used = end;
    this.#slots[slot] = place + 1;
    this.#size += 1;
    if (this.#size * 2 > this.#slots.length) this.#grow();
    return true;
  }

  clear(): void {
    this.#chunks.length = 0;
    this.#used = CHUNK_BYTES;
    this.#slots = new Uint32Array(INITIAL_SLOTS);
    this.#size = 0;
  }

  /** Writes length and bytes behind what is in use. */
  #write(value: string): { place: number; end: number } {
    if (this.#used + MAX_ENTRY_BYTES > CHUNK_BYTES) {
      this.#chunks.push(Buffer.allocUnsafeSlow(CHUNK_BYTES));
      this.#used = 0;
    }
    const chunk = this.#chunks[this.#chunks.length - 1] as Buffer;
    const start = this.#used;
    const isUuid = UUID.test(value);
    const length = isUuid
      ? chunk.write(value.replaceAll('-', ''), start + 2, 'hex')
      : chunk.write(value, start + 2, 'utf8');
    chunk.writeUInt16LE(isUuid ? length | PACKED : length, start);
    return { place: ((this.#chunks.length - 1) * CHUNK_BYTES + start) / 2, end: (start + 2 + length + 1) & ~1 };
  }

  /** The slot that is free for the string at a place, or -1 when the set has that string. */
  #find(place: number): number {
    const mask = this.#slots.length - 1;
    let slot = this.#hashAt(place) & mask;
    for (let other = this.#slots[slot]; other; other = this.#slots[slot]) {
      if (this.#isSame(other - 1, place)) return -1;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = new Uint32Array(old.length * 2);
    const mask = this.#slots.length - 1;
    for (const entry of old) {
      if (entry === 0) continue;
      let slot = this.#hashAt(entry - 1) & mask;
      while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
      this.#slots[slot] = entry;
    }
  }

  /** FNV-1a over the bytes, with a final mix for ids that differ in their last characters only. */
  #hashAt(place: number): number {
    const { chunk, start, end } = this.#at(place);
    let hash = 0x811c9dc5;
    for (let i = start; i < end; i++) hash = Math.imul(hash ^ (chunk[i] as number), 0x01000193);
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    return (hash ^ (hash >>> 16)) >>> 0;
  }

  /** From the end, where ids differ. */
  #isSame(a: number, b: number): boolean {
    const one = this.#at(a);
    const other = this.#at(b);
    if (one.end - one.start !== other.end - other.start) return false;
    for (let i = one.end - 1, j = other.end - 1; i >= one.start; i--, j--) {
      if (one.chunk[i] !== other.chunk[j]) return false;
    }
    return true;
  }

  /** Where the string at a place lies, its length included. */
  #at(place: number): { chunk: Buffer; start: number; end: number } {
    const chunk = this.#chunks[Math.floor((place * 2) / CHUNK_BYTES)] as Buffer;
    const start = (place * 2) % CHUNK_BYTES;
    return { chunk, start, end: start + 2 + (chunk.readUInt16LE(start) & ~PACKED) };
  }
}
