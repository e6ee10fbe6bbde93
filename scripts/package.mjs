/**
 * Writes dist/package, the content of the package of the constructs: JavaScript with types, the bundles and the SQL. It is
 * compiled because Node does not strip types below node_modules. Relative paths are those of the repository, so that the
 * constructs find the files that they read (../../dist/lambda, the .sql files) in both.
 */
import { execFileSync } from 'node:child_process';
import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { BUNDLES } from './bundles.mjs';

const root = join(import.meta.dirname, '..');
const output = join(root, 'dist/package');

await rm(output, { recursive: true, force: true });
execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.build.json'], {
  cwd: root,
  stdio: 'inherit',
});
for (const folder of Object.keys(BUNDLES)) {
  await cp(join(root, 'dist', folder), join(output, 'dist', folder), { recursive: true });
}
await cp(join(root, 'sql'), join(output, 'sql'), {
  recursive: true,
  filter: (source) => !source.endsWith('.ts'),
});
