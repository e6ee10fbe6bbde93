import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { type Figure, median } from './figures.ts';

const ROOT = join(import.meta.dirname, '..');
const SHIPPED = join(ROOT, 'dist/lambda/index.mjs');
const ROUNDS = 15;
const LOAD = `const from = performance.now();
await import(process.argv[1]);
console.log(performance.now() - from);`;

/** The shipped bundle beside one of the same code that esbuild makes with its defaults, minified. */
export async function bundleFigures(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-bundle-'));
  try {
    const plain = join(folder, 'index.mjs');
    await build({
      entryPoints: [join(ROOT, 'lambda/handler.ts')],
      outfile: plain,
      bundle: true,
      minify: true,
      platform: 'node',
      target: 'node24',
      format: 'esm',
      logLevel: 'error',
      banner: { js: "import{createRequire as __r}from'node:module';const require=__r(import.meta.url);" },
    });
    const [ours, theirs]: [number[], number[]] = [[], []];
    for (let round = 0; round < ROUNDS; round++) {
      ours.push(loadMs(SHIPPED));
      theirs.push(loadMs(plain));
    }
    const kB = (file: string) => statSync(file).size / 1000;
    return [
      {
        name: 'bundle',
        against: 'a default esbuild of the same',
        value: kB(SHIPPED),
        goal: 560,
        unit: ' kB',
        detail: `the default one has ${Math.round(kB(plain))} kB`,
      },
      {
        name: 'load time of the bundle',
        against: 'a default esbuild of the same',
        value: median(ours) / median(theirs),
        goal: 0.5,
        unit: '',
        detail: `${median(ours).toFixed(0)} ms to ${median(theirs).toFixed(0)} ms, medians of ${ROUNDS}`,
      },
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function loadMs(bundle: string): number {
  const child = execFileSync(process.execPath, ['--input-type=module', '-e', LOAD, bundle], {
    env: { PATH: process.env.PATH, AWS_REGION: 'eu-west-1' },
  });
  return Number(child.toString());
}
