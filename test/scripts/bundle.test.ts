import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

test('the bundles are the same to the byte when they are built again', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bundle-'));
  try {
    execFileSync(process.execPath, [join(root, 'scripts/bundle.mjs'), folder]);
    const names = readdirSync(folder).filter((name) => name !== 'maps');
    expect(names.sort()).toEqual(['hub', 'lambda']);
    for (const name of names) {
      const [shipped, again] = [join(root, 'dist'), folder].map((dist) => readFileSync(join(dist, name, 'index.cjs')));
      expect([name, again?.equals(shipped as Buffer)]).toEqual([name, true]);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});
