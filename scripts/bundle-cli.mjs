/**
 * Makes cli/dist, which npm packs as the command line: the commands as one bundle in parts, the SQL, and the page of the
 * report. A part is loaded with the command that needs it. DuckDB alone stays outside: it is a library of the system.
 * Writes also dist/cli/inputs.json, the files of which something is in it, for their licences.
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

/** The folders of SQL stand beside the bundle, and the page in a folder of its own, where the code looks for them. */
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
  // esbuild is for a clone: the package has the page as files.
  external: ['@duckdb/node-api', 'esbuild'],
  // For libraries that are CommonJS.
  banner: {
    js: "import { createRequire as createRequireOfBundle } from 'node:module';\nconst require = createRequireOfBundle(import.meta.url);",
  },
  // Names stay, for what a stack trace says.
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
