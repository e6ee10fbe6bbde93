/**
 * Bundles the function: everything inside, the SDK too, so that what was tested is what runs.
 * Writes dist/lambda/index.mjs, the function's asset, and the source map beside the asset, not in it.
 */
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { shakeSchemas } from './shake-schemas.mjs';

const root = join(import.meta.dirname, '..');
const assetDirectory = join(root, 'dist/lambda');
const mapDirectory = join(root, 'dist/maps');

await rm(assetDirectory, { recursive: true, force: true });
await mkdir(mapDirectory, { recursive: true });
const { metafile } = await build({
  entryPoints: [join(root, 'lambda/handler.ts')],
  absWorkingDir: root,
  outfile: join(assetDirectory, 'index.mjs'),
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  // The ES module builds tree-shake; by default esbuild takes the CommonJS ones for Node.
  mainFields: ['module', 'main'],
  minify: true,
  plugins: [shakeSchemas],
  legalComments: 'none',
  sourcemap: 'external',
  sourcesContent: false,
  metafile: true,
  // CommonJS dependencies inside call require().
  banner: {
    js: "import{createRequire as __bundleRequire}from'node:module';const require=__bundleRequire(import.meta.url);",
  },
});
await rename(join(assetDirectory, 'index.mjs.map'), join(mapDirectory, 'index.mjs.map'));

const { bytes } = metafile.outputs['dist/lambda/index.mjs'];
console.log(`dist/lambda/index.mjs: ${Math.round(bytes / 1000)} kB`);
