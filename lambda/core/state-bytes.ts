import { createHash } from 'node:crypto';

/** Version of the saved state. It must be incremented when the saved state changes. */
const FORMAT = 1;

/** Maximum size of a blob, bytes. A larger array has a blob of its own. */
export const BLOB_BYTES = 8 * 2 ** 20;

/** Offsets of arrays in a blob are multiples of the largest element's size. */
const ALIGNMENT = 8;

/** Array types by their name in the head. Bytes are not swapped: all of Lambda's machines are little-endian. */
const ARRAYS = { u8: Uint8Array, u32: Uint32Array, f64: Float64Array } as const;
type ArrayName = keyof typeof ARRAYS;
type PackedArray = Uint8Array | Uint32Array | Float64Array;

/** Numbers that JSON does not have. */
const NUMBERS: ReadonlyMap<string, number> = new Map([
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
  ['-0', -0],
]);

/** Key that marks a value that JSON does not have. An object with this key itself is written as its entries. */
const TAG = '$';
/** Keys of objects that are written as their entries. */
const ODD_KEYS = [TAG, '__proto__'];

/** The saved state cannot be read: it is damaged, or of another version of the exporter. A retry does not help. */
export class UnreadableStateError extends Error {
  override readonly name = 'UnreadableStateError';
}

/** A blob of a state, as the head lists it. */
interface BlobInfo {
  readonly bytes: number;
  /** Hex. */
  readonly sha256: string;
}

/** A value as bytes. */
export interface PackedState {
  /** The arrays. Each blob is made when it is consumed; the blobs can be consumed once. */
  readonly blobs: Iterable<Uint8Array>;
  /** Returns the list of the blobs and everything else. Available after all blobs were consumed. */
  readonly head: () => string;
}

/**
 * Packs a tree of JSON values, `undefined`, all numbers and typed arrays into bytes. The arrays are written to blobs.
 *
 * The value must not change until all blobs were consumed.
 *
 * @throws TypeError for any other value
 */
export function packState(value: unknown): PackedState {
  const plan = new BlobPlan();
  const text = textOf(value, plan);
  const infos: BlobInfo[] = [];
  function* blobs() {
    for (const arrays of plan.blobs) {
      const blob = blobOf(arrays);
      infos.push({ bytes: blob.byteLength, sha256: sha256(blob) });
      yield blob;
    }
  }
  const head = () => {
    if (infos.length !== plan.blobs.length) throw new TypeError('The head of a state comes after its blobs');
    const rest = `{"format":${FORMAT},"blobs":${JSON.stringify(infos)},"value":${text}}`;
    return `${sha256(rest)}\n${rest}`;
  };
  return { blobs: blobs(), head };
}

/**
 * Unpacks a value. Its arrays are views of the blobs, and may be written to: the caller must not use the blobs any more.
 *
 * @throws UnreadableStateError
 */
export function unpackState(head: string, blobs: readonly Uint8Array[]): unknown {
  const { blobs: infos, value } = parseHead(head);
  if (blobs.length !== infos.length)
    throw unreadableStateError(`has ${infos.length} blobs, and ${blobs.length} are given`);
  const aligned = blobs.map((blob, index) => {
    const { bytes, sha256: expected } = infos[index] as BlobInfo;
    if (blob.byteLength !== bytes) {
      throw unreadableStateError(`has a blob ${index} of ${bytes} bytes, and one of ${blob.byteLength} is given`);
    }
    if (sha256(blob) !== expected) throw unreadableStateError(`has a blob ${index} of another SHA-256 than is given`);
    return blob.byteOffset % ALIGNMENT === 0 ? blob : new Uint8Array(blob);
  });
  return restore(value, aligned);
}

/** An array at an offset of a blob. */
interface Placed {
  readonly array: PackedArray;
  readonly offset: number;
}

/** Assigns arrays to blobs. */
class BlobPlan {
  readonly blobs: Placed[][] = [];
  /** Bytes in use of the last blob. */
  #used = 0;

  /** @returns index of the blob, and offset in it */
  place(array: PackedArray): readonly [number, number] {
    const offset = Math.ceil(this.#used / ALIGNMENT) * ALIGNMENT;
    const blob = this.blobs.at(-1);
    if (blob === undefined || offset + array.byteLength > BLOB_BYTES) {
      this.blobs.push([{ array, offset: 0 }]);
      this.#used = array.byteLength;
      return [this.blobs.length - 1, 0];
    }
    blob.push({ array, offset });
    this.#used = offset + array.byteLength;
    return [this.blobs.length - 1, offset];
  }
}

function blobOf(arrays: readonly Placed[]): Uint8Array {
  const { array, offset } = arrays.at(-1) as Placed;
  const blob = new Uint8Array(offset + array.byteLength);
  for (const { array, offset } of arrays) {
    blob.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), offset);
  }
  return blob;
}

/** A value as JSON. */
function textOf(value: unknown, plan: BlobPlan): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value);
  if (value === undefined) return tagged('undefined');
  if (typeof value === 'number') return numberText(value);
  if (Array.isArray(value)) return `[${Array.from(value, (element) => textOf(element, plan)).join(',')}]`;
  const name = arrayName(value);
  if (name !== undefined) {
    const array = value as PackedArray;
    return tagged(name, ...plan.place(array), array.length);
  }
  if (!isPlainObject(value)) throw new TypeError(`A state cannot have a ${typeof value}: ${String(value)}`);
  const entries = Object.entries(value);
  if (ODD_KEYS.some((key) => Object.hasOwn(value, key))) return `{"${TAG}":["object",${textOf(entries, plan)}]}`;
  return `{${entries.map(([key, field]) => `${JSON.stringify(key)}:${textOf(field, plan)}`).join(',')}}`;
}

function numberText(value: number): string {
  if (Number.isFinite(value) && !Object.is(value, -0)) return String(value);
  return tagged('number', Object.is(value, -0) ? '-0' : String(value));
}

function tagged(...content: readonly (string | number)[]): string {
  return `{"${TAG}":${JSON.stringify(content)}}`;
}

/** Name of the array type of a value; `undefined` for any other value. A `Buffer` is a `Uint8Array`. */
function arrayName(value: unknown): ArrayName | undefined {
  return (Object.keys(ARRAYS) as ArrayName[]).find((name) => value instanceof ARRAYS[name]);
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** Replaces tagged values in a parsed value, in place, by what they represent. */
function restore(value: unknown, blobs: readonly Uint8Array[]): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    for (const [index, element] of value.entries()) value[index] = restore(element, blobs);
    return value;
  }
  const object = value as Record<string, unknown>;
  if (Object.hasOwn(object, TAG)) return untagged(object[TAG], blobs);
  for (const key of Object.keys(object)) object[key] = restore(object[key], blobs);
  return object;
}

function untagged(content: unknown, blobs: readonly Uint8Array[]): unknown {
  const [name, ...more] = Array.isArray(content) ? content : [];
  if (name === 'undefined') return undefined;
  if (name === 'number' && NUMBERS.has(more[0])) return NUMBERS.get(more[0]);
  if (name === 'object' && Array.isArray(more[0]))
    return Object.fromEntries(restore(more[0], blobs) as [string, unknown][]);
  if (Object.hasOwn(ARRAYS, name)) return viewOf(name, more as [number, number, number], blobs);
  throw unreadableStateError(`has what this version does not know: ${JSON.stringify(content)}`);
}

function viewOf(
  name: ArrayName,
  [index, offset, length]: readonly [number, number, number],
  blobs: readonly Uint8Array[],
) {
  const blob = blobs[index];
  try {
    if (blob !== undefined && offset >= 0 && offset + length * ARRAYS[name].BYTES_PER_ELEMENT <= blob.byteLength) {
      return new ARRAYS[name](blob.buffer as ArrayBuffer, blob.byteOffset + offset, length);
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  throw unreadableStateError(`has an array where there is none: ${JSON.stringify([name, index, offset, length])}`);
}

interface Head {
  readonly blobs: readonly BlobInfo[];
  readonly value: unknown;
}

function parseHead(head: string): Head {
  const end = head.indexOf('\n');
  if (end < 0) throw unreadableStateError('is cut off, or is none');
  const rest = head.slice(end + 1);
  if (sha256(rest) !== head.slice(0, end)) throw unreadableStateError('has another SHA-256 than its first line says');
  const parsed = parseJson(rest);
  const { format, blobs } = parsed ?? {};
  if (format !== FORMAT) {
    throw unreadableStateError(
      `is of format ${JSON.stringify(format)}, and this version of the exporter reads ${FORMAT}`,
    );
  }
  if (!Array.isArray(blobs) || !blobs.every(isBlobInfo)) throw unreadableStateError('does not say what its blobs are');
  return { blobs, value: parsed?.value };
}

/** `undefined` for text that is not JSON. */
function parseJson(text: string): { format?: unknown; blobs?: unknown; value?: unknown } | null | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isBlobInfo(value: unknown): value is BlobInfo {
  const { bytes, sha256 } = (value ?? {}) as Partial<BlobInfo>;
  return typeof bytes === 'number' && typeof sha256 === 'string';
}

function sha256(content: Uint8Array | string): string {
  return createHash('sha256').update(content).digest('hex');
}

function unreadableStateError(what: string): UnreadableStateError {
  return new UnreadableStateError(`The state of the run ${what}`);
}
