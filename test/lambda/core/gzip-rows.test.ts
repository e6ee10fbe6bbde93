import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { GzipRows } from '../../../lambda/core/gzip-rows.ts';

async function compressed(pieces: readonly string[]) {
  const rows = new GzipRows();
  try {
    for (const piece of pieces) await rows.write(piece);
    return await rows.end();
  } finally {
    rows.destroy();
  }
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
    const { body, sha256 } = await compressed(pieces);
    expect(gunzipSync(body).toString() === pieces.join('')).toBe(true);
    expect(sha256).toBe(createHash('sha256').update(body).digest('hex'));
  });

  it('gives the same compressed rows however they came, after a header that is its own', async () => {
    const lines = Array.from({ length: 10_000 }, (_, i) => `{"job_id":"firmware-${i}"}\n`);
    const [one, other] = [await compressed(lines), await compressed([lines.join('')])];
    expect(one.body.subarray(10)).toEqual(other.body.subarray(10));
    expect(one.sha256).not.toBe(other.sha256);
  });
});
