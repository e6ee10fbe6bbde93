/**
 * Writes THIRD-PARTY-LICENSES.txt and cli/THIRD-PARTY-LICENSES.txt: every package of which something is in a bundle, by what
 * the build says of it, with its licence. With --check it writes nothing, and fails where a file is not as it would be
 * written.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { BUNDLES } from './bundles.mjs';

const root = join(import.meta.dirname, '..');
const maps = join(root, 'dist/maps');

/** Each file, what it is of, and what that is made of. */
const LISTS = [
  {
    file: 'THIRD-PARTY-LICENSES.txt',
    of: "the functions' bundles",
    sources: () => Object.keys(BUNDLES).flatMap((folder) => read(join(maps, `${folder}.cjs.map`)).sources),
  },
  {
    file: 'cli/THIRD-PARTY-LICENSES.txt',
    of: "the command line's bundle",
    sources: () => read(join(root, 'dist/cli/inputs.json')),
  },
];

function read(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** Folders of the packages, which may stand in one another's node_modules. */
function packageFolders(sources) {
  const folders = sources.flatMap((source) => {
    const path = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(source)?.[0];
    return path ? [path.slice(path.indexOf('node_modules/'))] : [];
  });
  return [...new Set(folders)].sort();
}

/** The licence, and the notice that goes with it where there is one. */
function licenceText(folder) {
  const entries = readdirSync(folder);
  const names = [/^licen[cs]e/i, /^notice/i].flatMap((pattern) => entries.find((entry) => pattern.test(entry)) ?? []);
  return names.map((name) => readFileSync(join(folder, name), 'utf8').replaceAll('\r\n', '\n').trim()).join('\n\n');
}

function written({ of, sources }) {
  const texts = new Map();
  const rows = packageFolders(sources()).map((folder) => {
    const { name, version, license } = read(resolve(root, folder, 'package.json'));
    const text = licenceText(resolve(root, folder));
    if (!license)
      throw new Error(`${name} ${version} names no licence: find out which it has, or take another package`);
    if (text) {
      const id = createHash('sha256').update(text).digest('hex');
      texts.set(id, { text, names: new Set(texts.get(id)?.names).add(`${name} ${version}`) });
    }
    return `${name} ${version}: ${license}`;
  });
  const full = [...texts.values()].map(({ text, names }) => `${'='.repeat(80)}\n${[...names].join('\n')}\n\n${text}\n`);
  return `What is in ${of} besides this project, with its licences.\n\n${[...new Set(rows)].join('\n')}\n\n${full.join('\n')}`;
}

const isCheck = process.argv.includes('--check');
for (const list of LISTS) {
  const path = join(root, list.file);
  if (!isCheck) writeFileSync(path, written(list));
  else if (readFileSync(path, 'utf8') !== written(list)) {
    console.error(`${list.file} is not of this bundle: run "npm run build && npm run build:cli && npm run licences"`);
    process.exitCode = 1;
  }
}
