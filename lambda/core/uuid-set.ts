/** Number of 32-bit words of a UUID. */
export const UUID_WORDS = 4;
/** UUIDs per chunk are a power of two, so that an index is split by a shift and a mask. */
const CHUNK_SHIFT = 16;
const CHUNK_UUIDS = 1 << CHUNK_SHIFT;
/** Initial UUIDs of the first chunk. It doubles until it is as large as the others. */
const FIRST_CHUNK_UUIDS = 1 << 3;
/** Slots of a new table, a power of two. */
const INITIAL_SLOTS = 1 << 4;

export const UUID_LENGTH = 36;
const HYPHEN = 0x2d;
/** Positions of the digits of each word in the text. */
const DIGITS = [
  [0, 1, 2, 3, 4, 5, 6, 7],
  [9, 10, 11, 12, 14, 15, 16, 17],
  [19, 20, 21, 22, 24, 25, 26, 27],
  [28, 29, 30, 31, 32, 33, 34, 35],
].map((places) => Uint8Array.from(places));
/** Value of a hexadecimal digit by its character code, -1 for any other character. */
const VALUES = new Int8Array(0x10000).fill(-1);
for (let value = 0; value < 16; value++) VALUES[value.toString(16).charCodeAt(0)] = value;

/** A set of UUIDs, saved between invocations. */
export interface SavedUuids {
  readonly size: number;
  /** Words of the UUIDs, in the order in which they were added. All chunks but the last are full. */
  readonly chunks: readonly Uint32Array[];
}

/** Buffer for the UUID of the current call. */
const currentUuid = new Uint32Array(UUID_WORDS);

/**
 * A compact, exact set of UUIDs in the form that AWS and most fleets use, lower-case with hyphens: 16 bytes each, and an
 * open-addressing hash table of their numbers.
 */
export class UuidSet {
  readonly #chunks: Uint32Array[] = [];
  /** Hash table: number of each UUID plus 1; 0 = empty. */
  #slots = new Uint32Array(INITIAL_SLOTS);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Adds a UUID and returns its number, from 0; -1 if it was in the set, `undefined` for text that is not a UUID. */
  insert(text: string): number | undefined {
    return readUuid(text, currentUuid, 0) ? this.insertWords(currentUuid) : undefined;
  }

  /** As {@link insert}, for the words of {@link readUuidAt}. */
  insertWords(uuid: Uint32Array): number {
    const place = this.#size;
    const words = this.#chunkFor(place);
    const from = (place % CHUNK_UUIDS) * UUID_WORDS;
    // Written to its final position. If it was already in the set, the next UUID overwrites it.
    for (let i = 0; i < UUID_WORDS; i++) words[from + i] = uuid[i] as number;
    const slot = this.#slotOf(words, from);
    if (this.#slots[slot] !== 0) return -1;
    this.#slots[slot] = place + 1;
    this.#size = place + 1;
    if (this.#size * 2 > this.#slots.length) this.#makeTable(this.#slots.length * 2);
    return place;
  }

  /** The number of a UUID; -1 if it is not in the set, `undefined` for text that is not a UUID. */
  find(text: string): number | undefined {
    if (!readUuid(text, currentUuid, 0)) return undefined;
    const slot = this.#slotOf(currentUuid, 0);
    return (this.#slots[slot] as number) - 1;
  }

  /** The UUID with a number. */
  at(place: number): string {
    return writeUuid(this.#chunkOf(place), (place % CHUNK_UUIDS) * UUID_WORDS);
  }

  /** Removes all UUIDs. The memory is kept for reuse. */
  clear(): void {
    if (this.#size > 0) this.#slots.fill(0);
    this.#size = 0;
  }

  /** Returns views of the set, without the hash table. They are valid until the set changes. */
  save(): SavedUuids {
    const chunks = [];
    for (let from = 0; from < this.#size; from += CHUNK_UUIDS) {
      chunks.push(this.#chunkOf(from).subarray(0, Math.min(CHUNK_UUIDS, this.#size - from) * UUID_WORDS));
    }
    return { size: this.#size, chunks };
  }

  /** Loads a saved set. It keeps the arrays, and may write to them. */
  static load({ size, chunks }: SavedUuids): UuidSet {
    const set = new UuidSet();
    set.#chunks.push(...chunks);
    set.#size = size;
    let slots = INITIAL_SLOTS;
    while (size * 2 > slots) slots *= 2;
    set.#makeTable(slots);
    return set;
  }

  #chunkOf(place: number): Uint32Array {
    return this.#chunks[place >>> CHUNK_SHIFT] as Uint32Array;
  }

  /** The chunk with room for a number, which is at most one past those in use. */
  #chunkFor(place: number): Uint32Array {
    const index = place >>> CHUNK_SHIFT;
    const chunk = this.#chunks[index];
    if (chunk !== undefined && (place % CHUNK_UUIDS) * UUID_WORDS < chunk.length) return chunk;
    const words =
      index > 0 ? CHUNK_UUIDS * UUID_WORDS : chunk === undefined ? FIRST_CHUNK_UUIDS * UUID_WORDS : chunk.length * 2;
    const larger = new Uint32Array(words);
    if (chunk !== undefined) larger.set(chunk);
    this.#chunks[index] = larger;
    return larger;
  }

  /** The slot that has a UUID, or is free for it. */
  #slotOf(words: Uint32Array, from: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = hash(words, from) & mask;
    for (let taken = slots[slot]; taken; taken = slots[slot]) {
      const place = taken - 1;
      if (isSame(this.#chunkOf(place), (place % CHUNK_UUIDS) * UUID_WORDS, words, from)) return slot;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  #makeTable(length: number): void {
    const slots = new Uint32Array(length);
    const mask = slots.length - 1;
    for (let place = 0; place < this.#size; place++) {
      let slot = hash(this.#chunkOf(place), (place % CHUNK_UUIDS) * UUID_WORDS) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = place + 1;
    }
    this.#slots = slots;
  }
}

/** Parses a UUID into words; false for other text. By characters, because a regular expression takes five times as long. */
function readUuid(text: string, words: Uint32Array, from: number): boolean {
  if (text.length !== UUID_LENGTH) return false;
  for (let i = 8; i <= 23; i += 5) if (text.charCodeAt(i) !== HYPHEN) return false;
  let isHex = 0;
  for (let word = 0; word < UUID_WORDS; word++) {
    const places = DIGITS[word] as Uint8Array;
    let value = 0;
    for (let i = 0; i < 8; i++) {
      const digit = VALUES[text.charCodeAt(places[i] as number)] as number;
      isHex |= digit;
      value = (value << 4) | digit;
    }
    words[from + word] = value;
  }
  return isHex >= 0;
}

/** Parses a UUID at an offset of ASCII bytes into words; false for other bytes. */
export function readUuidAt(bytes: Uint8Array, at: number, words: Uint32Array): boolean {
  if (at + UUID_LENGTH > bytes.length) return false;
  for (let i = 8; i <= 23; i += 5) if (bytes[at + i] !== HYPHEN) return false;
  let isHex = 0;
  for (let word = 0; word < UUID_WORDS; word++) {
    const places = DIGITS[word] as Uint8Array;
    let value = 0;
    for (let i = 0; i < 8; i++) {
      const digit = VALUES[bytes[at + (places[i] as number)] as number] as number;
      isHex |= digit;
      value = (value << 4) | digit;
    }
    words[word] = value;
  }
  return isHex >= 0;
}

function writeUuid(words: Uint32Array, from: number): string {
  let digits = '';
  for (let i = from; i < from + UUID_WORDS; i++) digits += (words[i] as number).toString(16).padStart(8, '0');
  return [
    [0, 8],
    [8, 12],
    [12, 16],
    [16, 20],
    [20, 32],
  ]
    .map(([start, end]) => digits.slice(start, end))
    .join('-');
}

/** Mixes all words, because time-ordered UUIDs differ only in few bits. */
function hash(words: Uint32Array, from: number): number {
  let mixed = 0;
  for (let i = from; i < from + UUID_WORDS; i++) {
    mixed = Math.imul(mixed ^ (words[i] as number), 0x9e3779b1);
    mixed ^= mixed >>> 15;
  }
  return mixed;
}

function isSame(a: Uint32Array, i: number, b: Uint32Array, j: number): boolean {
  return a[i] === b[j] && a[i + 1] === b[j + 1] && a[i + 2] === b[j + 2] && a[i + 3] === b[j + 3];
}
