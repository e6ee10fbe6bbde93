import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { BuildOptions, Metafile } from 'esbuild';
import type { Bundle } from './html.ts';

const PAGE = join(import.meta.dirname, 'page');
/** Time for a signal to arrive that another process has received already. */
const SIGNAL_MS = 1000;

/** The page's script and style: prebuilt files in the package, built now in a clone. */
export async function bundlePage(): Promise<Bundle> {
  const script = join(PAGE, 'main.js');
  if (!existsSync(script)) return await buildPage();
  return { script: await readFile(script, 'utf8'), style: await readFile(join(PAGE, 'style.css'), 'utf8') };
}

/**
 * Bundles the page's code with the charting library, and its styles, for one HTML file.
 *
 * @returns also esbuild's metafile, which lists the sources
 */
export async function buildPage(): Promise<Bundle & { readonly metafile: Metafile }> {
  const { outputFiles, metafile } = await buildUnlessStopped({
    entryPoints: [join(PAGE, 'main.ts'), join(PAGE, 'style.css')],
    outdir: 'page',
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
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
  return { script: text('.js'), style: text('.css'), metafile };
}

/** Ctrl-C also ends esbuild's process, perhaps earlier. Waits, so that this process ends by the signal, not by an error. */
async function buildUnlessStopped(options: BuildOptions & { readonly write: false; readonly metafile: true }) {
  const { build } = await import('esbuild');
  try {
    return await build(options);
  } catch (error) {
    if ((error as Error).message === 'The service was stopped') await setTimeout(SIGNAL_MS);
    throw error;
  }
}
