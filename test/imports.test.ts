import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, matchesGlob, relative, resolve } from 'node:path';

const root = join(import.meta.dirname, '..');
const FOLDERS = 'bench,bin,examples,hub,lambda,lib,local,schedule,scripts,sql,test';
const IMPORT = /^(?:import|export)\b(?:[^;'"]*?\bfrom)? ?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/gms;
const architecture = readFileSync(join(root, 'docs/architecture.md'), 'utf8');

interface Rule {
  readonly files: readonly string[];
  readonly allowed: readonly string[];
}

/** The rows of the table of docs/architecture.md. */
const rules = architecture
  .split('## What may import what')[1]
  ?.split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line): Rule => {
    const [, files = '', allowed = ''] = line.split('|');
    const named = (text: string) => [...text.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
    return { files: named(files), allowed: allowed.trim() === 'anything' ? ['**'] : named(allowed) };
  }) as readonly Rule[];

const imports = new Map(
  globSync(`{${FOLDERS}}/**/*.{ts,mjs}`, { cwd: root }).map((file) => {
    const source = readFileSync(join(root, file), 'utf8');
    const named = [...source.matchAll(IMPORT)].map(([, from, dynamic]) => from ?? dynamic ?? '');
    const paths = named.map((name) =>
      name.startsWith('.') ? relative(root, resolve(root, dirname(file), name)) : packageOf(name),
    );
    return [file, paths.filter((path) => !path.startsWith('node:'))] as const;
  }),
);

function packageOf(name: string): string {
  return name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/');
}

/** `lambda/core/` names all that is in the folder. */
function isIn(path: string, pattern: string): boolean {
  return matchesGlob(path, pattern.endsWith('/') ? `${pattern}**` : pattern) || pattern === '**';
}

/** The first rule that names a file, as a reader of the table finds it. */
function ruleOf(file: string): Rule | undefined {
  return rules.find(({ files }) => files.some((pattern) => isIn(file, pattern)));
}

test('each file is under a rule of docs/architecture.md, and imports what the rule lets it import', () => {
  expect(rules.length).toBeGreaterThan(10);
  expect([...imports.values()].flat().length).toBeGreaterThan(imports.size);
  const broken = [...imports].flatMap(([file, paths]) => {
    const rule = ruleOf(file);
    if (!rule) return [`${file} is under no rule`];
    const isAllowed = (path: string) => [...rule.files, ...rule.allowed].some((pattern) => isIn(path, pattern));
    return paths.filter((path) => !isAllowed(path)).map((path) => `${file} imports ${path}`);
  });
  expect(broken).toEqual([]);
});

test('each rule of docs/architecture.md names files that are there, and what some of them import', () => {
  for (const { files, allowed } of rules) {
    const governed = [...imports.keys()].filter((file) => ruleOf(file)?.files === files);
    expect([files, governed.length > 0]).toEqual([files, true]);
    const used = governed.flatMap((file) => imports.get(file) ?? []);
    const unused = allowed.filter((pattern) => pattern !== '**' && !used.some((path) => isIn(path, pattern)));
    expect([files, unused]).toEqual([files, []]);
  }
});

/** Circles that can be reached from a file, each as the path around it. */
function circles(file: string, above: readonly string[], done: Set<string>): string[] {
  const at = above.indexOf(file);
  if (at >= 0) return [[...above.slice(at), file].join(' > ')];
  if (done.has(file)) return [];
  const found = (imports.get(file) ?? []).flatMap((next) => circles(next, [...above, file], done));
  done.add(file);
  return found;
}

test('no files import each other in a circle, not even types alone', () => {
  const done = new Set<string>();
  expect([...imports.keys()].flatMap((file) => circles(file, [], done))).toEqual([]);
});

test.each(['docs/architecture.md', 'CONTRIBUTING.md'])('every file that %s names is there', (document) => {
  const text = readFileSync(join(root, document), 'utf8');
  const named = [...text.matchAll(/`([a-z][\w./-]*\/[\w./-]+)`/g)].map(([, path = '']) => path);
  expect(named.length).toBeGreaterThan(30);
  expect(named.filter((path) => !path.startsWith('dist/') && !existsSync(join(root, path)))).toEqual([]);
});
