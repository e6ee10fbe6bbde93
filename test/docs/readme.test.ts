import { existsSync, readFileSync, statSync } from 'node:fs';
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

const columns: readonly Column[] = [
  ...JOBS_COLUMNS,
  ...CHANGES_COLUMNS,
  ...JOB_DETAILS_COLUMNS,
  ...SNAPSHOTS_COLUMNS,
  ...EXPORT_HEALTH_COLUMNS,
];

it.each(columns)(
  'docs/data.md describes the column $name as the contract does',
  ({ name, type, comment, nullable }) => {
    expect(data).toContain(`| ${name} | ${inWords(type)} | ${comment}${nullable ? '; may be null' : ''} |`);
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

it('every script that the documents name is there', () => {
  const documents = [readme, readFileSync(join(ROOT, 'docs/performance.md'), 'utf8')].join('\n');
  const named = [...documents.matchAll(/npm run ([a-z:]+)/g)].map(([, script]) => script);
  expect(named.length).toBeGreaterThan(5);
  for (const script of named) expect(scripts).toContain(script);
});

it('every file that the README links to is there', () => {
  for (const [, link = ''] of readme.matchAll(/\]\((?!https?:|#)([^)#]+)\)/g)) {
    expect([link, existsSync(join(ROOT, dirname('README.md'), link))]).toEqual([link, true]);
  }
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
