/**
 * `npm run test:aws`: this app, deployed into a local AWS as a user would. Each file runs by itself, on a local AWS of its
 * own. `npm run test:aws -- queries` runs that one alone.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { missing } from './local-aws/install.ts';

const SUFFIX = '.engine.ts';
const all = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith(SUFFIX))
  .map((file) => file.slice(0, -SUFFIX.length));

const options = process.argv.slice(2);
const names = options.filter((argument) => argument !== '--if-possible');
const unknown = names.find((name) => !all.includes(name));
if (unknown !== undefined) {
  console.error(`test:aws has no part "${unknown}": there are ${all.join(', ')}`);
  process.exit(2);
}
const lacking = missing();
if (lacking.length > 0) {
  console.error(`test:aws is skipped; it needs ${lacking.join('; ')}`);
  process.exit(options.includes('--if-possible') ? 0 : 2);
}
const files = (names.length > 0 ? names : all).map((name) => join(import.meta.dirname, name + SUFFIX));
const testOptions = ['--test', '--test-concurrency=1', '--test-reporter=spec'];
process.exitCode = spawnSync(process.execPath, [...testOptions, ...files], { stdio: 'inherit' }).status ?? 1;
