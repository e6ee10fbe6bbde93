import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  CHANGES_COLUMNS,
  type Column,
  type ColumnType,
  JOB_DETAILS_COLUMNS,
  JOBS_COLUMNS,
  PARTITION_COLUMNS,
  SNAPSHOTS_COLUMNS,
} from '../../lambda/contract/columns.ts';
import { EXPORT_HEALTH_COLUMNS } from '../../lambda/contract/health.ts';
import { checkConfig } from '../../lib/config/index.ts';

const ROOT = join(import.meta.dirname, '../..');
const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
const data = readFileSync(join(ROOT, 'docs/data.md'), 'utf8');
const scripts = Object.keys(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).scripts);

const tables: readonly (readonly [table: string, columns: readonly Column[]])[] = [
  ['jobs', JOBS_COLUMNS],
  ['changes', CHANGES_COLUMNS],
  ['job_details', JOB_DETAILS_COLUMNS],
  ['snapshots', SNAPSHOTS_COLUMNS],
  ['export_health', EXPORT_HEALTH_COLUMNS],
];

it.each(tables.flatMap(([table, columns]) => columns.map((column) => ({ table, ...column }))))(
  'docs/data.md describes the column $name of $table as the contract does',
  ({ table, name, type, comment, nullable }) => {
    const section = data.split(/^## /m).find((text) => text.startsWith(`${table}\n`));
    expect(section).toContain(`| ${name} | ${inWords(type)} | ${comment}${nullable ? '; may be null' : ''} |`);
  },
);

function inWords(type: ColumnType): string {
  if (typeof type === 'string') return type;
  if ('struct' in type) return 'struct';
  return `array of ${typeof type.arrayOf === 'string' ? type.arrayOf : 'struct'}`;
}

it('docs/data.md names the partition columns', () => {
  for (const { name } of PARTITION_COLUMNS) expect(data).toContain(`\`${name}\``);
});

it('the README has 150 lines at most', () => {
  expect(readme.trimEnd().split('\n').length).toBeLessThanOrEqual(150);
});

it('every script that the documents name is there', () => {
  const files = ['README.md', 'CONTRIBUTING.md', ...globSync('docs/*.md', { cwd: ROOT })];
  const documents = files.map((file) => readFileSync(join(ROOT, file), 'utf8')).join('\n');
  const named = [...documents.matchAll(/npm run ([a-z:]+)/g)].map(([, script]) => script);
  expect(named.length).toBeGreaterThan(5);
  for (const script of named) expect(scripts).toContain(script);
});

const LINKING = [
  'README.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'cli/README.md',
  ...globSync('{docs,examples}/**/*.md', { cwd: ROOT }),
];

it.each(LINKING)('every link of %s leads to a file and a heading', (document) => {
  const text = readFileSync(join(ROOT, document), 'utf8').replace(/```.*?```/gs, '');
  const broken = [...text.matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g)].filter(([, path = '', anchor]) => {
    const file = path === '' ? join(ROOT, document) : join(ROOT, dirname(document), path);
    return !existsSync(file) || (anchor !== undefined && !anchorsOf(file).has(anchor));
  });
  expect(broken.map(([link]) => link)).toEqual([]);
});

it('links by address to this repository, as npm and the package need them, lead to files of it', () => {
  const repository = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).homepage.replace('#readme', '');
  const text = ['cli/README.md', ...globSync('local/**/*.ts', { cwd: ROOT })]
    .map((file) => readFileSync(join(ROOT, file), 'utf8'))
    .join('\n');
  const files = text.split(`${repository}/blob/main/`).slice(1);
  const paths = files.map((rest) => /^[\w./-]+/.exec(rest)?.[0] ?? '');
  expect(paths.length).toBeGreaterThan(3);
  expect(paths.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});

it('what npm shows of the command line has no relative links, which would lead into another folder', () => {
  const links = [...readFileSync(join(ROOT, 'cli/README.md'), 'utf8').matchAll(/\]\(([^)]+)\)/g)];
  expect(links.map(([, link = '']) => link).filter((link) => !link.startsWith('https://'))).toEqual([]);
});

/** Anchors of the headings as GitHub makes them. */
function anchorsOf(file: string): ReadonlySet<string> {
  const headings = readFileSync(file, 'utf8').matchAll(/^#+ (.*)$/gm);
  const slugs = [...headings].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  );
  return new Set(slugs);
}

it('the README leads in one click to what a reader looks for', () => {
  for (const file of ['docs/architecture.md', 'CONTRIBUTING.md', 'docs/runbook.md', 'docs/costs.md', 'docs/library.md'])
    expect(readme).toContain(`](${file})`);
});

it('every picture that the README shows is there, and small', () => {
  const pictures = [...readme.matchAll(/\b(?:src|srcset)="([^"]+)"/g)].map(([, file = '']) => file);
  expect(pictures).toEqual(['docs/report-dark.png', 'docs/report-light.png']);
  for (const file of pictures) expect(statSync(join(ROOT, file)).size).toBeLessThan(200_000);
});

it('the configuration that the README shows is a valid one', () => {
  const shown = /export default defineConfig\((\{.*?\n\})\);/s.exec(readme)?.[1];
  expect(checkConfig(new Function(`return ${shown}`)()).exports.map(({ name }) => name)).toEqual([
    'all',
    'active',
    'fleets',
  ]);
});
