/**
 * Bundles the functions: everything inside, the SDK too, so that what was tested is what runs.
 * Writes for each FOLDER/index.cjs, the function's asset, and the source map beside the assets, not in them, as
 * maps/FOLDER.cjs.map, into dist or the folder given.
 *
 * They are CommonJS, for CloudFormation writes code that a template has inline into index.js without a package.json. What
 * is tested is that file to the byte. In the asset it is index.cjs, so that no package.json above it matters. Sources: AWS
 * CloudFormation Template Reference Guide, "AWS::Lambda::Function Code"; aws-lambda-nodejs-runtime-interface-client,
 * src/UserFunction.js, _tryRequire: for the handler `index.handler` Lambda looks for index.js, index.mjs and index.cjs.
 */
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { build } from 'esbuild';
import { BUNDLES } from './bundles.mjs';
import { lazyBuiltins } from './lazy-builtins.mjs';
import { shakeSchemas } from './shake-schemas.mjs';
import { shakeSdk } from './shake-sdk.mjs';
import { staticImports } from './static-imports.mjs';

const root = join(import.meta.dirname, '..');
const output = resolve(process.argv[2] ?? join(root, 'dist'));
const mapDirectory = join(output, 'maps');

await rm(mapDirectory, { recursive: true, force: true });
await mkdir(mapDirectory, { recursive: true });
for (const [folder, entryPoint] of Object.entries(BUNDLES)) {
  const assetDirectory = join(output, folder);
  const bundle = join(assetDirectory, 'index.cjs');
  await rm(assetDirectory, { recursive: true, force: true });
  await build({
    entryPoints: [join(root, entryPoint)],
    absWorkingDir: root,
    outfile: bundle,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    // The ES module builds tree-shake; by default esbuild takes the CommonJS ones for Node.
    mainFields: ['module', 'main'],
    minify: true,
    plugins: [lazyBuiltins, shakeSchemas, shakeSdk, staticImports],
    legalComments: 'none',
    sourcemap: 'external',
    sourcesContent: false,
  });
  await rename(`${bundle}.map`, join(mapDirectory, `${folder}.cjs.map`));
  const { size } = await stat(bundle);
  console.log(`${relative('.', bundle)}: ${Math.round(size / 1000)} kB`);
}
