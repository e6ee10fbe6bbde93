/**
 * Writes THIRD-PARTY-LICENSES.txt: every package of which something is in a bundle, by the bundle's source map, with
 * its licence. With --check it writes nothing, and fails where the file is not as it would be written.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { BUNDLES } from './bundles.mjs';

const root = join(import.meta.dirname, '..');
const maps = join(root, 'dist/maps');
const file = join(root, 'THIRD-PARTY-LICENSES.txt');

/** Folders of the packages, which may stand in one another's node_modules. */
function packageFolders() {
  const sourcesOf = (folder) => JSON.parse(readFileSync(join(maps, `${folder}.cjs.map`), 'utf8')).sources;
  const sources = Object.keys(BUNDLES).flatMap(sourcesOf);
  const folders = sources.flatMap((source) => {
    const path = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(source)?.[0];
    return path ? [path.slice(path.indexOf('node_modules/'))] : [];
  });
  return [...new Set(folders)].sort();
}

function licenceText(folder) {
  const name = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  return name ? readFileSync(join(folder, name), 'utf8').replaceAll('\r\n', '\n').trim() : undefined;
}

function written() {
  const texts = new Map();
  const rows = packageFolders().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(resolve(root, folder, 'package.json'), 'utf8'));
    const text = licenceText(resolve(root, folder));
    if (!license)
      throw new Error(`${name} ${version} names no licence: find out which it has, or take another package`);
    if (text) {
      const id = createHash('sha256').update(text).digest('hex');
      texts.set(id, { text, names: [...(texts.get(id)?.names ?? []), `${name} ${version}`] });
    }
    return `${name} ${version}: ${license}`;
  });
  const full = [...texts.values()].map(({ text, names }) => `${'='.repeat(80)}\n${names.join('\n')}\n\n${text}\n`);
  return `What is in the functions' bundles besides this project, with its licences.\n\n${rows.join('\n')}\n\n${full.join('\n')}`;
}

if (process.argv.includes('--check')) {
  if (readFileSync(file, 'utf8') !== written()) {
    console.error('THIRD-PARTY-LICENSES.txt is not of this bundle: run "npm run build && npm run licences"');
    process.exit(1);
  }
} else writeFileSync(file, written());
