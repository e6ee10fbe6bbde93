import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CHANGES_COLUMNS,
  JOB_DETAILS_COLUMNS,
  JOBS_COLUMNS,
  PARTITION_COLUMNS,
  SNAPSHOTS_COLUMNS,
} from '../../lambda/contract/columns.ts';
import { SCHEMAS, withSchemas } from '../../scripts/reading-schemas.ts';
import { BUCKET, PLACE, RECIPES, ROOT, TRAPS } from '../reading/recipes.ts';

const ROOT_FOLDER = join(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(ROOT_FOLDER, file), 'utf8');
const document = read('docs/reading.md');

it('has the types of the contract: "npm run docs:reading" writes them', () => {
  expect(withSchemas(document)).toBe(document);
});

it.each(Object.keys(SCHEMAS))('types every column for %s', (library) => {
  const columns = [
    ...JOBS_COLUMNS,
    ...CHANGES_COLUMNS,
    ...JOB_DETAILS_COLUMNS,
    ...SNAPSHOTS_COLUMNS,
    ...PARTITION_COLUMNS,
  ];
  for (const { name } of columns) expect(SCHEMAS[library]).toMatch(new RegExp(`\\b${name}\\b`));
});

it('refuses a document in which a library has no types', () => {
  const other = document.replace('the types of polars', 'the types of another');
  expect(() => withSchemas(other)).toThrow('polars');
});

it.each(Object.entries(RECIPES))(
  'has a recipe for %s with the place and the root that its test changes',
  (_, recipe) => {
    expect(recipe.code).toContain(PLACE);
    expect(recipe.code).toContain(BUCKET);
    expect(recipe.code.includes(ROOT)).toBe(recipe.from.includes('directory'));
    for (const name of ['JOBS', 'CHANGES', 'DETAILS', 'SNAPSHOTS', 'PARTITIONS']) {
      expect(recipe.code.split(name).length).toBeGreaterThan(2);
    }
  },
);

it.each(Object.keys(RECIPES).filter((library) => library !== 'awswrangler'))(
  'says what inference gives with %s',
  (library) => {
    expect(TRAPS.map((trap) => trap.library)).toContain(library);
  },
);

it('is tried with exact versions', () => {
  const lines = read('test/reading/requirements.txt').split('\n');
  for (const line of lines.filter((text) => /^\w/.test(text))) expect(line).toMatch(/^[\w-]+(\[\w+\])?==[\d.]+$/);
});

it('is linked from the README and from the queries', () => {
  expect(read('README.md')).toContain('](docs/reading.md)');
  expect(read('docs/queries.md')).toContain('](reading.md)');
});
