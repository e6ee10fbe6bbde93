import { createHash } from 'node:crypto';

/** Bytes of a chunk of the arena; a string does not straddle two. */
const CHUNK_BYTES = 1 << 20;
/** A longer string is kept as its digest: job ids have 64 characters at most. */
const MAX_LENGTH = 1024;
/** Slots of a new table, a power of two. */
const INITIAL_SLOTS = 1 << 10;

/**
 * A set of strings that is exact and small: the strings' UTF-8 bytes lie one after the other in an arena, and an
 * open-addressing table holds their places.
 *
 * A million ids of 36 characters take about 50 MB, where a `Set` of strings takes 140 MB and its garbage more. A table
 * of hashes alone would be smaller still, but two ids with one hash would lose a job.
 */
export class StringSet {
  readonly #chunks: Buffer[] = [];
  #used = CHUNK_BYTES;
  /** Place of each string plus 1, counted in bytes over all chunks divided by 4; 0 = empty. */
  #slots = new Uint32Array(INITIAL_SLOTS);
  #hashes = new Uint32Array(INITIAL_SLOTS);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Adds a string; false when it was there. */
  add(text: string): boolean {
    const value = text.length > MAX_LENGTH ? createHash('sha512').update(text).digest('base64') : text;
    const hash = hashOf(value);
    const slot = this.#find(value, hash);
    if (slot < 0) return false;
    this.#slots[slot] = this.#store(value) + 1;
    this.#hashes[slot] = hash;
    this.#size += 1;
    if (this.#size * 2 > this.#slots.length) this.#grow();
    return true;
  }

  clear(): void {
    this.#chunks.length = 0;
    this.#used = CHUNK_BYTES;
    this.#slots = new Uint32Array(INITIAL_SLOTS);
    this.#hashes = new Uint32Array(INITIAL_SLOTS);
    this.#size = 0;
  }

  /** The slot that is free for the string, or -1 when the string is in the set. */
  #find(value: string, hash: number): number {
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    for (let place = this.#slots[slot]; place; place = this.#slots[slot]) {
      if (this.#hashes[slot] === hash && this.#equals(place - 1, value)) return -1;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  #equals(place: number, value: string): boolean {
    const at = place * 4;
    const chunk = this.#chunks[Math.floor(at / CHUNK_BYTES)] as Buffer;
    const start = at % CHUNK_BYTES;
    const length = chunk.readUInt32LE(start);
    return chunk.toString('utf8', start + 4, start + 4 + length) === value;
  }

  /** Appends length and bytes, aligned to 4. */
  #store(value: string): number {
    if (this.#used + 4 + value.length * 3 > CHUNK_BYTES) {
      this.#chunks.push(Buffer.allocUnsafeSlow(CHUNK_BYTES));
      this.#used = 0;
    }
    const chunk = this.#chunks[this.#chunks.length - 1] as Buffer;
    const start = this.#used;
    const length = chunk.write(value, start + 4, 'utf8');
    chunk.writeUInt32LE(length, start);
    this.#used = (start + 4 + length + 3) & ~3;
    return ((this.#chunks.length - 1) * CHUNK_BYTES + start) / 4;
  }

  #grow(): void {
    const slots = this.#slots;
    const hashes = this.#hashes;
    const mask = slots.length * 2 - 1;
    this.#slots = new Uint32Array(slots.length * 2);
    this.#hashes = new Uint32Array(slots.length * 2);
    for (let old = 0; old < slots.length; old++) {
      const place = slots[old] as number;
      if (place === 0) continue;
      const hash = hashes[old] as number;
      let slot = hash & mask;
      while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
      this.#slots[slot] = place;
      this.#hashes[slot] = hash;
    }
  }
}

/** FNV-1a over UTF-16 units with a final mix, for ids that differ in their last characters only. */
function hashOf(value: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < value.length; i++) hash = Math.imul(hash ^ value.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
