/**
 * Bundles the function: everything inside, the SDK too, so that what was tested is what runs.
 * Writes lambda/index.mjs, the function's asset, and the source map beside the asset, not in it, into dist or the folder
 * given.
 */
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { build } from 'esbuild';
import { lazyBuiltins } from './lazy-builtins.mjs';
import { shakeSchemas } from './shake-schemas.mjs';
import { shakeSdk } from './shake-sdk.mjs';
import { staticImports } from './static-imports.mjs';

const root = join(import.meta.dirname, '..');
const output = resolve(process.argv[2] ?? join(root, 'dist'));
const assetDirectory = join(output, 'lambda');
const mapDirectory = join(output, 'maps');
const bundle = join(assetDirectory, 'index.mjs');

await rm(assetDirectory, { recursive: true, force: true });
await mkdir(mapDirectory, { recursive: true });
await build({
  entryPoints: [join(root, 'lambda/handler.ts')],
  absWorkingDir: root,
  outfile: bundle,
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  // The ES module builds tree-shake; by default esbuild takes the CommonJS ones for Node.
  mainFields: ['module', 'main'],
  minify: true,
  plugins: [lazyBuiltins, shakeSchemas, shakeSdk, staticImports],
  legalComments: 'none',
  sourcemap: 'external',
  sourcesContent: false,
  // CommonJS dependencies inside call require().
  banner: {
    js: "const require=process.getBuiltinModule('node:module').createRequire(import.meta.url);",
  },
});
await rename(`${bundle}.map`, join(mapDirectory, 'index.mjs.map'));

const { size } = await stat(bundle);
console.log(`${relative('.', bundle)}: ${Math.round(size / 1000)} kB`);
