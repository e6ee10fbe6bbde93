import { createHash, randomBytes } from 'node:crypto';
import { crc32, gunzipSync, inflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { type FinishedRows, GzipRows, type SavedGzip } from '../../../lambda/core/gzip-rows.ts';
import { UnreadableStateError } from '../../../lambda/core/state-bytes.ts';

const HEADER_BYTES = 10;
const TRAILER_BYTES = 8;

async function compressed(pieces: readonly string[]) {
  const rows = await GzipRows.begin();
  try {
    for (const piece of pieces) await rows.write(piece);
    const { rest, bytes, sha256 } = await rows.end();
    return { body: Buffer.from(rest), bytes, sha256 };
  } finally {
    rows.destroy();
  }
}

/** The text of an object that is one gzip member and nothing else, with a right trailer. */
function textOfMember(body: Buffer): string {
  const { buffer, engine } = inflateRawSync(body.subarray(HEADER_BYTES), { info: true }) as unknown as {
    buffer: Buffer;
    engine: { bytesWritten: number };
  };
  expect(HEADER_BYTES + engine.bytesWritten + TRAILER_BYTES).toBe(body.length);
  expect(body.readUInt32LE(body.length - 8)).toBe(crc32(buffer));
  expect(body.readUInt32LE(body.length - 4)).toBe(buffer.length);
  expect(gunzipSync(body).equals(buffer)).toBe(true);
  return buffer.toString();
}

describe('GzipRows', () => {
  it.each([
    ['no line', []],
    ['a piece without a line', ['']],
    ['small pieces', ['{"a":1}\n', '{"a":2}\n']],
    ['more pieces than fit at a time', Array.from({ length: 300 }, (_, i) => `${i}${'x'.repeat(9999)}\n`)],
    ['a piece longer than what fits at a time', [`${'y'.repeat(1_000_000)}\n`, 'z\n']],
    ['characters of two, three and four bytes wherever they are cut', [`${'ä€😀'.repeat(100_000)}\n`, 'ö\n']],
  ])('gives back all that it took: %s', async (_name, pieces) => {
    const { body, bytes, sha256 } = await compressed(pieces);
    expect(textOfMember(body) === pieces.join('')).toBe(true);
    expect(bytes).toBe(body.length);
    expect(sha256).toBe(createHash('sha256').update(body).digest('hex'));
  });

  it('gives the same compressed rows however they came, after a header that is its own', async () => {
    const lines = Array.from({ length: 10_000 }, (_, i) => `{"job_id":"firmware-${i}"}\n`);
    const [one, other] = [await compressed(lines), await compressed([lines.join('')])];
    expect(one.body.subarray(HEADER_BYTES)).toEqual(other.body.subarray(HEADER_BYTES));
    expect(one.sha256).not.toBe(other.sha256);
  });
});

describe('GzipRows over invocations', () => {
  /** What an attempt does with a carry. A lost attempt has no effect, and another one continues from the same carry. */
  const work = fc.array(
    fc.oneof(
      { weight: 6, arbitrary: fc.string({ unit: 'grapheme', maxLength: 200 }) },
      // Some incompressible rows, and some that fill the compressor's input.
      {
        weight: 1,
        arbitrary: fc.uint8Array({ minLength: 3e4, maxLength: 3e4 }).map((b) => Buffer.from(b).toString('base64')),
      },
      { weight: 1, arbitrary: fc.nat(400_000).map((length) => 'job,'.repeat(length / 4)) },
      { weight: 4, arbitrary: fc.constant('take' as const) },
    ),
    { maxLength: 12 },
  );
  const invocation = fc.record({ lost: fc.array(work, { maxLength: 2 }), work });

  async function perform(rows: GzipRows, steps: readonly string[]) {
    const parts: Uint8Array[] = [];
    let text = '';
    for (const step of steps) {
      if (step === 'take') {
        expect(rows.pendingBytes).toBe(parts[parts.push(rows.take()) - 1]?.byteLength);
        expect(rows.pendingBytes).toBe(0);
      } else {
        await rows.write(step);
        text += step;
      }
    }
    return { parts, text };
  }

  it('makes one member, wherever it is cut, taken and taken up', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(invocation, { minLength: 1, maxLength: 5 }), async (invocations) => {
        const parts: Uint8Array[] = [];
        let text = '';
        let carry: SavedGzip | undefined;
        for (const [index, { lost, work }] of invocations.entries()) {
          const from = carry;
          const rowsOf = (attempt: number) => (from ? GzipRows.resume(from, attempt) : GzipRows.begin());
          for (const [attempt, steps] of lost.entries()) {
            const rows = await rowsOf(attempt + 1);
            await perform(rows, steps);
            if (attempt % 2) await rows.suspend();
            rows.destroy();
          }
          const rows = await rowsOf(lost.length + 1);
          const done = await perform(rows, work);
          parts.push(...done.parts);
          text += done.text;
          if (index < invocations.length - 1) {
            carry = structuredClone(await rows.suspend());
            expect(carry.textBytes).toBe(Buffer.byteLength(text));
            expect(carry.objectBytes - carry.rest.length).toBe(Buffer.concat(parts).length);
          } else {
            const { rest, bytes, sha256 } = await rows.end();
            const body = Buffer.concat([...parts, rest]);
            expect(textOfMember(body) === text).toBe(true);
            expect(bytes).toBe(body.length);
            expect(sha256).toBe(createHash('sha256').update(body).digest('hex'));
          }
        }
      }),
      { numRuns: 100 },
    );
  });

  const carried = async (): Promise<SavedGzip> => {
    const rows = await GzipRows.begin();
    await rows.write('{"job_id":"a"}\n');
    return rows.suspend();
  };

  it('makes other bytes in each attempt from the same state, with the same text', async () => {
    const carry = await carried();
    const bodies: FinishedRows[] = [];
    for (const attempt of [1, 2, 3]) {
      const rows = await GzipRows.resume(carry, attempt);
      await rows.write('{"job_id":"b"}\n');
      bodies.push(await rows.end());
    }
    expect(new Set(bodies.map(({ sha256 }) => sha256)).size).toBe(3);
    expect(bodies.map(({ bytes }) => bytes - (bodies[0]?.bytes as number))).toEqual([0, 5, 10]);
    const texts = bodies.map(({ rest }) => textOfMember(Buffer.from(rest)));
    expect(texts).toEqual(Array(3).fill('{"job_id":"a"}\n{"job_id":"b"}\n'));
  });

  it('says the length of a text of more than 4 GiB as gzip does', async () => {
    const carry = await carried();
    const rows = await GzipRows.resume({ ...carry, textBytes: 2 ** 33 - 3 }, 1);
    await rows.write('12345');
    const { rest } = await rows.end();
    expect(Buffer.from(rest).readUInt32LE(rest.length - 4)).toBe(2);
  });

  it.each([1, 16_384, 200_000, 262_144, 3_000_000])(
    'hands on all of %d bytes that cannot be made smaller',
    async (size) => {
      const text = randomBytes(size).toString('latin1');
      const first = await GzipRows.begin();
      await first.write(text);
      const second = await GzipRows.resume(await first.suspend(), 2);
      expect(textOfMember(Buffer.from((await second.end()).rest)) === text).toBe(true);
    },
  );

  it('refuses a hash that another build saved', async () => {
    const carry = await carried();
    const other = Uint8Array.from(carry.hash, (byte, i) => (i === 0 ? byte ^ 1 : byte));
    for (const hash of [other, carry.hash.subarray(1)]) {
      await expect(GzipRows.resume({ ...carry, hash }, 1)).rejects.toThrow(UnreadableStateError);
    }
  });
});
