import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { BLOB_BYTES, packState, UnreadableStateError, unpackState } from '../../../lambda/core/state-bytes.ts';
import { serializedCopy } from '../../support/serialized-copy.ts';

const MIB = 2 ** 20;

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.array(fc.constantFrom('\ud83d', '\ude97', 'a', '"', '\\', '\u2028', '\0')).map((units) => units.join('')),
);
const leaf = fc.oneof(
  text,
  fc.double(),
  fc.integer(),
  fc.boolean(),
  fc.constantFrom(null, undefined, -0, Number.NaN, Number.MAX_SAFE_INTEGER, Number.NEGATIVE_INFINITY),
  fc.uint8Array(),
  fc.uint32Array(),
  fc.float64Array(),
);
/**
 * Keys that JSON writes without an escape, as all of ours are: V8's JSON.parse (Node.js 24.21) may read the key "\\ud83d" as "\\\\"
 * where an object with the same other keys was read before.
 */
const plainKey = text.filter((one) => JSON.stringify(one) === `"${one}"`);
const key = fc.oneof(plainKey, fc.constantFrom('$', '__proto__', 'constructor', 'toJSON', 'length', '0'));
const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    leaf,
    fc.array(tie('tree'), { maxLength: 5 }),
    fc.array(fc.tuple(key, tie('tree')), { maxLength: 5 }).map((entries) => Object.fromEntries(entries)),
  ),
}));

function packed(value: unknown) {
  const { blobs, head } = packState(value);
  const all = [...blobs];
  return { blobs: all, head: head() };
}

/** A head of other content, with its checksum. */
function headOf(content: unknown): string {
  const rest = typeof content === 'string' ? content : JSON.stringify(content);
  return `${createHash('sha256').update(rest).digest('hex')}\n${rest}`;
}

describe('packState and unpackState', () => {
  it('give back every tree as it was', () => {
    fc.assert(
      fc.property(tree, (value) => {
        // What jest has for it takes a key "constructor" for the class.
        expect(isDeepStrictEqual(serializedCopy(value), value)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it('give back arrays from blobs that begin anywhere in memory, as views where they can', () => {
    const value = { bytes: Uint8Array.of(1, 2, 3), words: Uint32Array.of(4, 5), times: Float64Array.of(0.5) };
    const { blobs, head } = packed(value);
    for (let offset = 0; offset < 9; offset++) {
      const moved = blobs.map((blob) => {
        const memory = new Uint8Array(offset + blob.length);
        memory.set(blob, offset);
        return memory.subarray(offset);
      });
      const back = unpackState(head, moved) as typeof value;
      expect(back).toStrictEqual(value);
      expect(back.words.buffer === moved[0]?.buffer).toBe(offset % 8 === 0);
    }
  });

  it('takes a Buffer for its bytes, wherever they are in its memory', () => {
    expect(serializedCopy([Buffer.from('state'), Uint32Array.of(1, 2, 3).subarray(1)])).toStrictEqual([
      Uint8Array.from(Buffer.from('state')),
      Uint32Array.of(2, 3),
    ]);
  });

  it('fills blobs up to their size, and gives a larger array one of its own', () => {
    const arrays = [3 * MIB, 5 * MIB - 8, 1, 8, 8 * MIB, 9 * MIB, 0, 7].map((bytes, i) =>
      new Uint8Array(bytes).fill(i),
    );
    const { blobs, head } = packed(arrays);
    expect(blobs.map(({ length }) => length)).toEqual([BLOB_BYTES - 7, 8, 8 * MIB, 9 * MIB, 7]);
    const back = unpackState(head, blobs) as Uint8Array[];
    expect(back.every((bytes, i) => Buffer.compare(bytes, arrays[i] as Uint8Array) === 0)).toBe(true);
  });

  it('has no blob where there is no array', () => {
    expect(packed({ a: [1, 'two', null] }).blobs).toEqual([]);
  });

  it('makes blobs one by one, and the head after them', () => {
    const array = Uint8Array.of(1);
    const { blobs, head } = packState([array, new Uint8Array(BLOB_BYTES)]);
    const taken = blobs[Symbol.iterator]();
    array[0] = 2;
    expect(taken.next().value).toEqual(Uint8Array.of(2));
    expect(head).toThrow(TypeError);
    expect([taken.next().done, taken.next().done]).toEqual([false, true]);
    const [, text = ''] = head().split('\n');
    expect(JSON.parse(text).blobs).toMatchObject([{ bytes: 1 }, { bytes: BLOB_BYTES }]);
  });

  it.each([
    ['a Map', new Map()],
    ['a Date', new Date(0)],
    ['an array of another type', new Int16Array(2)],
    ['an error', new Error('no')],
    ['a function', () => 1],
    ['a bigint', 1n],
    ['a symbol', Symbol('s')],
  ])('refuse %s anywhere', (_what, value) => {
    expect(() => packState({ a: [value] })).toThrow(TypeError);
  });
});

describe('a state that cannot be read', () => {
  const value = { names: ['a', 'b'], at: 1.5, words: Uint32Array.of(1, 2, 3), large: new Uint8Array(100).fill(7) };

  it('is detected by any changed, missing or additional byte', () => {
    const { blobs, head } = packed(value);
    const pieces = [Buffer.from(head), ...blobs];
    const place = fc.nat(pieces.length - 1).chain((piece) =>
      fc.record({
        piece: fc.constant(piece),
        at: fc.nat((pieces[piece] as Uint8Array).length - 1),
        damage: fc.constantFrom('cut', 'longer', 1, 2, 4, 8, 16, 32, 64, 128),
      }),
    );
    fc.assert(
      fc.property(place, ({ piece, at, damage }) => {
        const damaged = pieces.map((bytes) => Uint8Array.from(bytes));
        const bytes = damaged[piece] as Uint8Array;
        if (damage === 'cut') damaged[piece] = bytes.slice(0, at);
        else if (damage === 'longer') damaged[piece] = Uint8Array.of(...bytes, 0);
        else bytes[at] = (bytes[at] as number) ^ Number(damage);
        const [first, ...others] = damaged;
        expect(() => unpackState(Buffer.from(first as Uint8Array).toString(), others)).toThrow(UnreadableStateError);
      }),
      { numRuns: 500 },
    );
  });

  const { blobs, head } = packed(value);
  const content = JSON.parse(head.slice(head.indexOf('\n')));
  it.each([
    ['no text', '', blobs, /cut off, or is none/],
    ['another text', 'no state\n', blobs, /another SHA-256 than its first line says/],
    ['no blob', head, [], /has 1 blobs, and 0 are given/],
    ['a blob too many', head, [...blobs, ...blobs], /has 1 blobs, and 2 are given/],
    ['a shorter blob', head, [new Uint8Array(3)], /a blob 0 of 116 bytes, and one of 3 is given/],
    ['another blob', head, [new Uint8Array(116)], /a blob 0 of another SHA-256/],
    [
      'another format',
      headOf({ ...content, format: 999 }),
      blobs,
      /is of format 999, and this version of the exporter reads 1/,
    ],
    ['no JSON', headOf('{'), blobs, /is of format undefined/],
    ['null', headOf('null'), blobs, /is of format undefined/],
    ['no list of blobs', headOf({ ...content, blobs: [null] }), blobs, /does not say what its blobs are/],
    ['an unknown tag', headOf({ ...content, value: { $: ['f16', 0, 0, 1] } }), blobs, /does not know: \["f16",0,0,1\]/],
    ['an odd tag', headOf({ ...content, value: [{ $: 'f16' }] }), blobs, /does not know: "f16"/],
    ...[[1, 0, 1], [0, -8, 1], [0, 0, 1000], [0, 4, -1], [0, 1, 1], [0]].map(
      (place) =>
        [
          `an array at ${place}`,
          headOf({ ...content, value: { $: ['u32', ...place] } }),
          blobs,
          /has an array where there is none/,
        ] as const,
    ),
  ] as readonly (readonly [string, string, Uint8Array[], RegExp])[])(
    'says what is wrong: %s',
    (_what, text, pieces, message) => {
      expect(() => unpackState(text, pieces)).toThrow(message);
      expect(() => unpackState(text, pieces)).toThrow(UnreadableStateError);
    },
  );
});
