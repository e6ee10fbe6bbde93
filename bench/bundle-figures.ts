import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { median } from './figures.ts';
import type { Scale } from './scale.ts';
import type { Figure } from './table.ts';

const ROOT = join(import.meta.dirname, '..');
/** The bundle that `npm run build` makes. */
export const SHIPPED = join(ROOT, 'dist/lambda/index.cjs');
const LOAD = `const [from, cpu] = [performance.now(), process.cpuUsage()];
require(process.argv[1]);
const ms = performance.now() - from;
const { user, system } = process.cpuUsage(cpu);
console.log(JSON.stringify({ ms, cpuMs: (user + system) / 1000 }));`;

/** Time to load a bundle in its own process. */
interface Load {
  readonly ms: number;
  readonly cpuMs: number;
}

/** Compares the shipped bundle with a minified one of the same code, made with esbuild's defaults. */
export async function bundleFigures({ loads: rounds }: Scale): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-bundle-'));
  try {
    const plain = join(folder, 'index.cjs');
    await build({
      entryPoints: [join(ROOT, 'lambda/handler.ts')],
      outfile: plain,
      bundle: true,
      minify: true,
      platform: 'node',
      target: 'node24',
      format: 'cjs',
      logLevel: 'error',
    });
    const [ours, theirs]: [Load[], Load[]] = [[], []];
    for (let round = 0; round < rounds; round++) {
      ours.push(load(SHIPPED));
      theirs.push(load(plain));
    }
    // The minimum of wall time, because load from other processes only adds to it. It adds less to CPU.
    const [ourMs, theirMs] = [ours, theirs].map((loads) => Math.min(...loads.map(({ ms }) => ms))) as [number, number];
    const [ourCpu, theirCpu] = [ours, theirs].map((loads) => median(loads.map(({ cpuMs }) => cpuMs))) as [
      number,
      number,
    ];
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
        value: ourMs / theirMs,
        goal: 0.5,
        unit: '',
        detail: `${ourMs.toFixed(0)} ms to ${theirMs.toFixed(0)} ms, the least of ${rounds}; median CPU ${(ourCpu / theirCpu).toFixed(3)}`,
      },
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function load(bundle: string): Load {
  const child = execFileSync(process.execPath, ['--input-type=commonjs', '-e', LOAD, bundle], {
    env: { PATH: process.env.PATH, AWS_REGION: 'eu-west-1' },
  });
  return JSON.parse(child.toString()) as Load;
}
