import { createHash } from 'node:crypto';
import { type SavedUuids, UuidSet } from './uuid-set.ts';

/** Bytes of a chunk of the arena. No entry spans two chunks. A power of two, as is {@link ALIGNMENT}. */
const CHUNK_BYTES = 1 << 20;
/** A longer string is stored as its digest. Job ids have at most 64 characters. */
const MAX_LENGTH = 1024;
/** An entry is a length of two bytes, and the bytes of the string. */
const LENGTH_BYTES = 2;
/** Maximum size of an entry: three bytes per UTF-16 unit. */
const MAX_ENTRY_BYTES = LENGTH_BYTES + 3 * MAX_LENGTH;
/** Entries begin at even offsets. */
const ALIGNMENT = 2;
const CHUNK_PLACES = CHUNK_BYTES / ALIGNMENT;
/** Initial bytes of the first chunk. It doubles until it is as large as the others. */
const FIRST_CHUNK_BYTES = 1 << 12;
/** Slots of a new table, a power of two. */
const INITIAL_SLOTS = 1 << 4;

/** A set of strings, saved between invocations. */
export interface SavedStrings {
  readonly uuids: SavedUuids;
  /** Offset of each string that is not a UUID, in units of {@link ALIGNMENT}, in the order in which they were added. */
  readonly places: Uint32Array;
  /** The arena. All chunks but the last are full. */
  readonly chunks: readonly Uint8Array[];
}

/**
 * A compact, exact set of strings: their UTF-8 bytes are in an arena, and an open-addressing hash table has their offsets.
 * UUIDs have a set of their own, where they take half the memory.
 *
 * It starts small, because a run may have sets for thousands of thing groups, most of them small. {@link clear} keeps the
 * memory for reuse.
 *
 * A million UUIDs take 24 MB; a `Set` of strings takes 140 MB, plus garbage. A table of hashes alone would be smaller, but a
 * collision of two ids would lose a job.
 */
export class StringSet {
  #uuids = new UuidSet();
  readonly #chunks: Buffer[] = [];
  /** Index of the chunk that takes the next string. */
  #last = 0;
  /** Bytes in use of that chunk. */
  #used = 0;
  /** Hash table: index of each string that is not a UUID, plus 1; 0 = empty. */
  #slots = new Uint32Array(INITIAL_SLOTS);
  /** Place of each of them: its offset over all chunks, in units of {@link ALIGNMENT}. */
  #places: Uint32Array = new Uint32Array(INITIAL_SLOTS / 2);
  #others = 0;

  get size(): number {
    return this.#uuids.size + this.#others;
  }

  /** Adds a string; false if it was in the set. */
  add(text: string): boolean {
    return this.insert(text) >= 0;
  }

  /**
   * Adds a string and returns its number; -1 if it was in the set. UUIDs get even numbers and all other strings odd ones, each
   * in order, so that each kind can have columns of its own.
   */
  insert(text: string): number {
    const uuid = this.#uuids.insert(text);
    return uuid === undefined ? numberOf(this.#insertOther(text), 1) : numberOf(uuid, 0);
  }

  /** As {@link insert}, for a UUID as words. */
  insertUuid(words: Uint32Array): number {
    return numberOf(this.#uuids.insertWords(words), 0);
  }

  /** The number of a string; -1 if it is not in the set. */
  find(text: string): number {
    const uuid = this.#uuids.find(text);
    return uuid === undefined ? numberOf(this.#findOther(text), 1) : numberOf(uuid, 0);
  }

  /** The string with a number; its digest if {@link isKeptWhole} is false for the string. */
  at(number: number): string {
    const index = number >>> 1;
    if (number % 2 === 0) return this.#uuids.at(index);
    const place = this.#places[index] as number;
    const [chunk, start] = [this.#chunkAt(place), startAt(place)];
    return chunk.toString('utf8', start + LENGTH_BYTES, endOf(chunk, start));
  }

  /** Removes all strings. The memory is kept for reuse. */
  clear(): void {
    this.#uuids.clear();
    this.#last = 0;
    this.#used = 0;
    if (this.#others > 0) this.#slots.fill(0);
    this.#others = 0;
  }

  /** Returns views of the set, without the hash table. They are valid until the set changes. */
  save(): SavedStrings {
    const chunks: Uint8Array[] = this.#others === 0 ? [] : this.#chunks.slice(0, this.#last);
    // No byte of the last chunk is in use if it was begun for a string that was already in the set.
    if (this.#used > 0) chunks.push((this.#chunks[this.#last] as Buffer).subarray(0, this.#used));
    return { uuids: this.#uuids.save(), places: this.#places.subarray(0, this.#others), chunks };
  }

  /** Loads a saved set. It keeps the arrays, and may write to them. */
  static load({ uuids, places, chunks }: SavedStrings): StringSet {
    const set = new StringSet();
    set.#uuids = UuidSet.load(uuids);
    if (places.length === 0) return set;
    set.#places = places;
    set.#others = places.length;
    for (const chunk of chunks) set.#chunks.push(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    set.#last = chunks.length - 1;
    set.#used = (chunks[set.#last] as Uint8Array).byteLength;
    let bytes = FIRST_CHUNK_BYTES;
    while (bytes < set.#used) bytes *= 2;
    // The last chunk was saved without its unused bytes. Its size must be one that doubling gives.
    if (bytes > set.#used) set.#addChunk(bytes, set.#chunks[set.#last]);
    let slots = INITIAL_SLOTS;
    while (set.#others * 2 > slots) slots *= 2;
    set.#makeTable(slots);
    return set;
  }

  #insertOther(text: string): number {
    const slot = this.#slotOf(text);
    if (this.#slots[slot] !== 0) return -1;
    const index = this.#others;
    if (index === this.#places.length) this.#places = doubled(this.#places);
    this.#places[index] = this.#last * CHUNK_PLACES + this.#used / ALIGNMENT;
    this.#slots[slot] = index + 1;
    const chunk = this.#chunks[this.#last] as Buffer;
    this.#used = (endOf(chunk, this.#used) + 1) & ~1;
    this.#others = index + 1;
    if (this.#others * 2 > this.#slots.length) this.#makeTable(this.#slots.length * 2);
    return index;
  }

  #findOther(text: string): number {
    return this.#others === 0 ? -1 : (this.#slots[this.#slotOf(text)] as number) - 1;
  }

  /**
   * The slot that has a string, or is free for it. The string is first written to the end of the arena, so that bytes are
   * hashed and compared; if it is not added, the next string overwrites it.
   */
  #slotOf(text: string): number {
    const value = isKeptWhole(text) ? text : createHash('sha512').update(text, 'utf16le').digest('base64');
    const chunk = this.#chunkWithRoom();
    const start = this.#used;
    const length = chunk.write(value, start + LENGTH_BYTES, 'utf8');
    chunk[start] = length & 0xff;
    chunk[start + 1] = length >>> 8;
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = hash(chunk, start) & mask;
    for (let taken = slots[slot]; taken; taken = slots[slot]) {
      const place = this.#places[taken - 1] as number;
      if (isSame(this.#chunkAt(place), startAt(place), chunk, start)) return slot;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  /** The chunk for the next string, with room for the longest one. */
  #chunkWithRoom(): Buffer {
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
    // Filled with zeros: chunks are saved, and there may be an unused byte between two entries.
    const chunk = Buffer.alloc(bytes);
    content?.copy(chunk);
    this.#chunks[this.#last] = chunk;
    return chunk;
  }

  #makeTable(length: number): void {
    const slots = new Uint32Array(length);
    const mask = slots.length - 1;
    for (let index = 0; index < this.#others; index++) {
      const place = this.#places[index] as number;
      let slot = hash(this.#chunkAt(place), startAt(place)) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = index + 1;
    }
    this.#slots = slots;
  }

  #chunkAt(place: number): Buffer {
    return this.#chunks[Math.floor(place / CHUNK_PLACES)] as Buffer;
  }
}

/** Whether a string is stored itself: it is not too long, and is well-formed, because a lone surrogate has no UTF-8 form. */
export function isKeptWhole(text: string): boolean {
  return text.length <= MAX_LENGTH && text.isWellFormed();
}

function numberOf(index: number, kind: 0 | 1): number {
  return index < 0 ? -1 : 2 * index + kind;
}

function doubled(array: Uint32Array): Uint32Array {
  const twice = new Uint32Array(array.length * 2);
  twice.set(array);
  return twice;
}

function startAt(place: number): number {
  return (place % CHUNK_PLACES) * ALIGNMENT;
}

function endOf(chunk: Buffer, start: number): number {
  return start + LENGTH_BYTES + ((chunk[start] as number) | ((chunk[start + 1] as number) << 8));
}

/** FNV-1a over length and bytes, with a final mix for ids that differ only in their last characters. */
function hash(chunk: Buffer, start: number): number {
  const end = endOf(chunk, start);
  let mixed = 0x811c9dc5;
  for (let i = start; i < end; i++) mixed = Math.imul(mixed ^ (chunk[i] as number), 0x01000193);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

/** Compares two entries, their lengths included, from the end: there ids differ most. */
function isSame(a: Buffer, aStart: number, b: Buffer, bStart: number): boolean {
  const end = endOf(a, aStart);
  if (end - aStart !== endOf(b, bStart) - bStart) return false;
  for (let i = end - 1, j = bStart + end - aStart - 1; i >= aStart; i--, j--) if (a[i] !== b[j]) return false;
  return true;
}
