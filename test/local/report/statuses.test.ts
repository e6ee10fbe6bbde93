import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { JOB_STATUSES } from '../../../lambda/contract/jobs.ts';
import { byLifecycle } from '../../../local/report/page/base/format.ts';
import { MOVES } from '../../../local/report/page/sections/moved-text.ts';

const ROOT = join(import.meta.dirname, '../../..');
const COLOURS = readFileSync(join(ROOT, 'local/report/page/style/colours.css'), 'utf8');
const MOVED = readFileSync(join(ROOT, 'sql/report/moved-by-day.sql'), 'utf8');

it('the page has all statuses in lifecycle order', () => {
  expect([...JOB_STATUSES].sort(byLifecycle)).toEqual(JOB_STATUSES);
  expect([...JOB_STATUSES, 'AAA'].sort(byLifecycle)).toEqual([...JOB_STATUSES, 'AAA']);
});

it.each(JOB_STATUSES)('%s has a colour in the light and in the dark theme', (status) => {
  const name = `--c-${status.toLowerCase().replaceAll('_', '-')}:`;
  expect(COLOURS.split(name)).toHaveLength(3);
});

it('the chart of moves has a line for each status', () => {
  expect(new Set(MOVES.flatMap(({ statuses }) => statuses))).toEqual(new Set(JOB_STATUSES));
});

it.each(MOVES.map(({ column }) => column))('the SQL of that chart counts %s', (column) => {
  expect(MOVED).toMatch(new RegExp(`CAST\\(count_if\\(.*\\) AS bigint\\) AS ${column}\\b`));
});
