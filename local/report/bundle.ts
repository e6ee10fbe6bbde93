import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { type BuildOptions, build } from 'esbuild';

const PAGE = join(import.meta.dirname, 'page');
/** For a signal to arrive that has reached another process. */
const SIGNAL_MS = 1000;

/** The page's own code and the charting library with it, and its style, as texts for one HTML file. */
export async function bundlePage(): Promise<{ readonly script: string; readonly style: string }> {
  const { outputFiles } = await built({
    entryPoints: [join(PAGE, 'main.ts'), join(PAGE, 'style.css')],
    outdir: 'page',
    bundle: true,
    minify: true,
    write: false,
    platform: 'browser',
    // What has @media (prefers-color-scheme), <dialog> and the like: browsers of the last four years.
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

/** Ctrl-C ends the process of esbuild, too, and may reach it first: this one then ends by the signal, and not by an error. */
async function built(options: BuildOptions & { readonly write: false }) {
  try {
    return await build(options);
  } catch (error) {
    if ((error as Error).message === 'The service was stopped') await setTimeout(SIGNAL_MS);
    throw error;
  }
}
