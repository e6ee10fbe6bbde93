import { createHash } from 'node:crypto';
import { UuidSet } from './uuid-set.ts';

/** Bytes of a chunk of the arena; a string does not straddle two. A power of two, and so is what it is divided by. */
const CHUNK_BYTES = 1 << 20;
/** A longer string is kept as its digest: job ids have 64 characters at most. */
const MAX_LENGTH = 1024;
/** An entry is the length of the bytes, in two bytes, and the bytes. */
const LENGTH_BYTES = 2;
/** The most that a string of that length takes: three bytes for each UTF-16 unit. */
const MAX_ENTRY_BYTES = LENGTH_BYTES + 3 * MAX_LENGTH;
/** Entries begin at even places. */
const ALIGNMENT = 2;
const CHUNK_PLACES = CHUNK_BYTES / ALIGNMENT;
/** Bytes of the first chunk when it is new. It doubles until it is as large as the others. */
const FIRST_CHUNK_BYTES = 1 << 13;
/** Slots of a new table, a power of two. */
const INITIAL_SLOTS = 1 << 9;

/**
 * A set of strings that is exact and small: the strings' UTF-8 bytes lie one after the other in an arena, and an
 * open-addressing table holds their places. UUIDs have a set of their own, where they take half.
 *
 * It begins with some kilobytes, because a run has a set for each of perhaps thousands of thing groups, most of them
 * small, and uses the memory again after {@link clear}.
 *
 * A million UUIDs take 24 MB, where a `Set` of strings takes 140 MB and its garbage more. A table of
 * hashes alone would be smaller still, but two ids with one hash would lose a job.
 */
export class StringSet {
  readonly #uuids = new UuidSet();
  readonly #chunks: Buffer[] = [];
  /** Index of the chunk that takes the next string. */
  #last = 0;
  /** Bytes in use of that chunk. */
  #used = 0;
  /** Place of each string over all chunks, plus 1; 0 = empty. */
  #slots = new Uint32Array(INITIAL_SLOTS);
  #others = 0;

  get size(): number {
    return this.#uuids.size + this.#others;
  }

  /** Adds a string; false when it was there. */
  add(text: string): boolean {
    return this.#uuids.add(text) ?? this.#addOther(text);
  }

  /** Forgets the strings, and keeps the memory for those to come. */
  clear(): void {
    this.#uuids.clear();
    this.#last = 0;
    this.#used = 0;
    if (this.#others > 0) this.#slots.fill(0);
    this.#others = 0;
  }

  #addOther(text: string): boolean {
    const value = text.length > MAX_LENGTH ? createHash('sha512').update(text).digest('base64') : text;
    // Written first, so that hashing and comparing are of bytes; a string that was there is written over by the next.
    const chunk = this.#roomyChunk();
    const start = this.#used;
    const length = chunk.write(value, start + LENGTH_BYTES, 'utf8');
    chunk[start] = length & 0xff;
    chunk[start + 1] = length >>> 8;
    const slot = this.#find(chunk, start);
    if (slot < 0) return false;
    this.#slots[slot] = this.#last * CHUNK_PLACES + start / ALIGNMENT + 1;
    this.#used = (endOf(chunk, start) + 1) & ~1;
    this.#others += 1;
    if (this.#others * 2 > this.#slots.length) this.#grow();
    return true;
  }

  /** The chunk that takes the next string, with room for the longest. */
  #roomyChunk(): Buffer {
    const chunk = this.#chunks[this.#last];
    if (chunk !== undefined && this.#used + MAX_ENTRY_BYTES <= chunk.length) return chunk;
    if (chunk !== undefined && chunk.length < CHUNK_BYTES) return this.#addChunk(2 * chunk.length, chunk);
    if (chunk !== undefined) {
      this.#last += 1;
      this.#used = 0;
    }
    return this.#chunks[this.#last] ?? this.#addChunk(this.#last === 0 ? FIRST_CHUNK_BYTES : CHUNK_BYTES);
  }

  #addChunk(bytes: number, content?: Buffer): Buffer {
    const chunk = Buffer.allocUnsafeSlow(bytes);
    content?.copy(chunk);
    this.#chunks[this.#last] = chunk;
    return chunk;
  }

  /** The slot that is free for an entry, or -1 when the set has it. */
  #find(chunk: Buffer, start: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = hash(chunk, start) & mask;
    for (let taken = slots[slot]; taken; taken = slots[slot]) {
      if (isSame(this.#chunkAt(taken - 1), startAt(taken - 1), chunk, start)) return -1;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  #grow(): void {
    const slots = new Uint32Array(this.#slots.length * 2);
    const mask = slots.length - 1;
    for (const taken of this.#slots) {
      if (taken === 0) continue;
      let slot = hash(this.#chunkAt(taken - 1), startAt(taken - 1)) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = taken;
    }
    this.#slots = slots;
  }

  #chunkAt(place: number): Buffer {
    return this.#chunks[Math.floor(place / CHUNK_PLACES)] as Buffer;
  }
}

function startAt(place: number): number {
  return (place % CHUNK_PLACES) * ALIGNMENT;
}

function endOf(chunk: Buffer, start: number): number {
  return start + LENGTH_BYTES + ((chunk[start] as number) | ((chunk[start + 1] as number) << 8));
}

/** FNV-1a over length and bytes, with a final mix for ids that differ in their last characters only. */
function hash(chunk: Buffer, start: number): number {
  const end = endOf(chunk, start);
  let mixed = 0x811c9dc5;
  for (let i = start; i < end; i++) mixed = Math.imul(mixed ^ (chunk[i] as number), 0x01000193);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

/** From the end, where ids differ; the length of each is among its bytes. */
function isSame(a: Buffer, aStart: number, b: Buffer, bStart: number): boolean {
  const end = endOf(a, aStart);
  if (end - aStart !== endOf(b, bStart) - bStart) return false;
  for (let i = end - 1, j = bStart + end - aStart - 1; i >= aStart; i--, j--) if (a[i] !== b[j]) return false;
  return true;
}
