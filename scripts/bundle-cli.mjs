/**
 * Writes cli/dist, the content of the package of the command line: the commands as one bundle in parts, the SQL, and the page of
 * the report. A command loads only the parts that it needs. DuckDB is not bundled, because it contains a native library.
 * Also writes dist/cli/inputs.json, the source files that the bundle contains, for their licences.
 */
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { buildPage } from '../local/report/bundle.ts';
import { shakeSchemas } from './shake-schemas.mjs';
import { shakeSdk } from './shake-sdk.mjs';

const root = join(import.meta.dirname, '..');
const cli = join(root, 'cli');
const output = join(cli, 'dist');
const inputsFile = join(root, 'dist/cli/inputs.json');

/** Copied beside the bundle, where `sql/catalog.ts` looks for them. */
const SQL_FOLDERS = ['views', 'queries', 'report'];

await rm(output, { recursive: true, force: true });
const { metafile } = await build({
  entryPoints: [join(root, 'local/main.ts')],
  absWorkingDir: root,
  outdir: output,
  bundle: true,
  splitting: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  mainFields: ['module', 'main'],
  // Only a clone uses esbuild: the package contains the page as files.
  external: ['@duckdb/node-api', 'esbuild'],
  // For libraries that are CommonJS.
  banner: {
    js: "import { createRequire as createRequireOfBundle } from 'node:module';\nconst require = createRequireOfBundle(import.meta.url);",
  },
  // Identifiers are not minified, so that stack traces are readable.
  minifySyntax: true,
  minifyWhitespace: true,
  plugins: [shakeSchemas, shakeSdk],
  legalComments: 'none',
  metafile: true,
});
for (const folder of SQL_FOLDERS) await cp(join(root, 'sql', folder), join(output, folder), { recursive: true });
const page = await buildPage();
await mkdir(join(output, 'page'));
await writeFile(join(output, 'page/main.js'), page.script);
await writeFile(join(output, 'page/style.css'), page.style);
for (const file of ['LICENSE', 'NOTICE']) await cp(join(root, file), join(cli, file));

await mkdir(dirname(inputsFile), { recursive: true });
await writeFile(inputsFile, JSON.stringify([...filesIn(metafile), ...filesIn(page.metafile)]));
const bytes = Object.values(metafile.outputs).reduce((sum, part) => sum + part.bytes, 0);
console.log(`cli/dist: ${Math.round(bytes / 1000)} kB in ${Object.keys(metafile.outputs).length} parts`);

function filesIn({ outputs }) {
  return Object.values(outputs).flatMap(({ inputs }) =>
    Object.keys(inputs).filter((file) => inputs[file].bytesInOutput > 0),
  );
}
