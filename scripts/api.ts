/**
 * `npm run docs:api`: writes docs/api.md, the reference of the package's exports, and docs/api-report.md, their declarations,
 * whose diff shows changes of the interface. With --check it writes nothing, and fails when a file is out of date. It also fails
 * for an export, or a member of one, without a description.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { extractApi } from './api/extract.ts';
import { referenceOf } from './api/reference.ts';

const root = join(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'api-'));
try {
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const types = join(folder, 'types');
  const options = ['-p', 'tsconfig.build.json', '--emitDeclarationOnly', '--outDir', types];
  execFileSync(process.execPath, [tsc, ...options], { cwd: root, stdio: 'inherit' });
  const { model, report, mistakes } = extractApi({ root, types, folder });
  const documents = { 'docs/api.md': referenceOf(model), 'docs/api-report.md': report };
  for (const [file, text] of Object.entries(documents)) {
    const path = join(root, file);
    if (!process.argv.includes('--check')) writeFileSync(path, text);
    else if (readFileSync(path, 'utf8') !== text) {
      mistakes.push(`${file} is not what the package exports: look at the change, then run "npm run docs:api"`);
    }
  }
  if (mistakes.length > 0) {
    console.error(mistakes.join('\n'));
    process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true });
}
