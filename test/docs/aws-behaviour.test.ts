import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
const lines = readFileSync(join(ROOT, 'docs/aws-behaviour.md'), 'utf8').split('\n');
const HEADING = '| claim | source | what depends on it | if it is false |';
const cellsOf = (line: string) =>
  line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
const rows = lines.filter((line) => line.startsWith('|') && line !== HEADING && !line.startsWith('|---'));

it('has a table in every section, of the four columns', () => {
  const sections = lines.filter((line) => line.startsWith('## ')).length;
  expect(lines.filter((line) => line === HEADING)).toHaveLength(sections);
  expect(rows.length).toBeGreaterThan(60);
});

it.each(rows.map((row) => [cellsOf(row)[0], row]))('says all four of: %s', (_, row) => {
  const cells = cellsOf(row as string);
  expect(cells).toHaveLength(4);
  for (const cell of cells) expect(cell).toMatch(/\w/);
});

/** A document with its section in quotes, an API with its page, a repository with its issue, or what was tried. */
const SOURCE =
  /(Guide|Reference|What's New)[^|]*, ["\w]|pricing|issue \d+|Tried (on|with) .*(local AWS|Trino|SDK)|[Nn]ot documented/;

it.each(rows.map((row) => [cellsOf(row)[0], cellsOf(row)[1]]))(
  'names a document and its section for: %s',
  (_, source) => {
    expect(source).toMatch(SOURCE);
  },
);

it('does not make the same claim twice', () => {
  const claims = rows.map((row) => cellsOf(row)[0]);
  expect(new Set(claims).size).toBe(claims.length);
});

it('is linked from the README', () => {
  expect(readFileSync(join(ROOT, 'README.md'), 'utf8')).toContain('](docs/aws-behaviour.md)');
});
