import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { type BuildOptions, build } from 'esbuild';

const PAGE = join(import.meta.dirname, 'page');
/** Time for a signal to arrive that another process has received already. */
const SIGNAL_MS = 1000;

/** Bundles the page's code with the charting library, and its styles, for one HTML file. */
export async function bundlePage(): Promise<{ readonly script: string; readonly style: string }> {
  const { outputFiles } = await buildUnlessStopped({
    entryPoints: [join(PAGE, 'main.ts'), join(PAGE, 'style.css')],
    outdir: 'page',
    bundle: true,
    minify: true,
    write: false,
    platform: 'browser',
    // Browsers of the last four years: they have @media (prefers-color-scheme), <dialog> and the like.
    target: ['es2022', 'chrome109', 'firefox115', 'safari16'],
    format: 'iife',
    charset: 'ascii',
    legalComments: 'inline',
    logLevel: 'silent',
    define: { 'process.env.NODE_ENV': '"production"' },
  });
  const text = (suffix: string) => outputFiles.find(({ path }) => path.endsWith(suffix))?.text ?? '';
  return { script: text('.js'), style: text('.css') };
}

/** Ctrl-C also ends esbuild's process, perhaps earlier. Waits, so that this process ends by the signal, not by an error. */
async function buildUnlessStopped(options: BuildOptions & { readonly write: false }) {
  try {
    return await build(options);
  } catch (error) {
    if ((error as Error).message === 'The service was stopped') await setTimeout(SIGNAL_MS);
    throw error;
  }
}
