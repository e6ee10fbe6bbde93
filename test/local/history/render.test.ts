import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { PLAIN } from '../../../local/cli/screen.ts';
import { renderTable } from '../../../local/history/render.ts';

const screen = (width: number) => ({ width, hasStyles: false });
const text = (name: string) => ({ name, isNumeric: false });
const number = (name: string) => ({ name, isNumeric: true });
const widest = (output: string) => Math.max(...output.split('\n').map((line) => stripVTControlCharacters(line).length));

const HEALTH = {
  columns: [text('dt'), text('export_name'), text('account_id'), text('region'), number('expected'), number('arrived')],
  rows: [
    ['2026-11-17', 'all', '123456789012', 'eu-west-1', '24', '24'],
    ['2026-11-16', 'all', '123456789012', 'eu-west-1', '24', '21'],
  ],
};

test('a table that fits is left as it is, and what is no terminal gets every table whole', () => {
  const whole = renderTable(HEALTH, PLAIN);
  expect(whole.split('\n')[1]).toMatch(/^│ dt +│ export_name │ account_id +│ region +│ expected │ arrived │$/);
  expect(renderTable(HEALTH, screen(80))).toBe(whole);
  expect(widest(whole)).toBe(76);
});

test('columns of one value go into a line above where the table is too wide', () => {
  expect(renderTable(HEALTH, screen(70))).toBe(
    `export_name all · account_id 123456789012 · region eu-west-1 · expected 24
┌────────────┬─────────┐
│ dt         │ arrived │
├────────────┼─────────┤
│ 2026-11-17 │      24 │
│ 2026-11-16 │      21 │
└────────────┴─────────┘`.replace(' · expected 24', '\nexpected 24'),
  );
});

test('headings that are wider than their cells are broken at underscores', () => {
  const result = {
    columns: [text('dt'), number('longest_duration_seconds'), number('longest_gap_minutes'), number('late_runs')],
    rows: [
      ['2026-11-17', '44', '60', '0'],
      ['2026-11-16', '6.5', '61', '1'],
    ],
  };
  expect(renderTable(result, screen(50))).toBe(`┌────────────┬───────────┬──────────┬───────┐
│ dt         │  longest_ │ longest_ │ late_ │
│            │ duration_ │     gap_ │  runs │
│            │   seconds │  minutes │       │
├────────────┼───────────┼──────────┼───────┤
│ 2026-11-17 │        44 │       60 │     0 │
│ 2026-11-16 │       6.5 │       61 │     1 │
└────────────┴───────────┴──────────┴───────┘`);
});

test('a table that is still too wide is records, one below the other', () => {
  expect(renderTable({ ...HEALTH, rows: HEALTH.rows.slice(0, 1) }, screen(40))).toBe(`dt           2026-11-17
export_name  all
account_id   123456789012
region       eu-west-1
expected     24
arrived      24`);
  const two = {
    columns: [text('job_id'), text('reason')],
    rows: [
      ['fw-2-4-1-eu-2026112318-00017', 'a reason that is told in some more words than fit'],
      ['b', null],
    ],
  };
  expect(renderTable(two, screen(40))).toBe(`job_id  fw-2-4-1-eu-2026112318-00017
reason  a reason that is told in some
        more words than fit
────────────────────────────────────────
job_id  b
reason  NULL`);
});

test.each([80, 40])('no line is longer than %i columns, whatever the rows are', (width) => {
  const word = fc.stringMatching(/^[a-z0-9_-]{1,20}$/);
  const cell = fc.oneof(
    fc.constant(null),
    fc.array(word, { minLength: 1, maxLength: 12 }).map((words) => words.join(' ')),
  );
  const result = fc.integer({ min: 1, max: 12 }).chain((count) =>
    fc.record({
      columns: fc.uniqueArray(word, { minLength: count, maxLength: count }).map((names) => names.map(text)),
      rows: fc.array(fc.array(cell, { minLength: count, maxLength: count }), { maxLength: 4 }),
    }),
  );
  fc.assert(
    fc.property(result, (one) => {
      expect(widest(renderTable(one, { width, hasStyles: true }))).toBeLessThanOrEqual(width);
    }),
    { numRuns: 300 },
  );
});

test('borders are dim where the screen has styles, and the text is the same', () => {
  const styled = renderTable(HEALTH, { width: 80, hasStyles: true });
  expect(styled.startsWith('\u001b[2m┌──')).toBe(true);
  expect(styled).toContain('\u001b[2m│\u001b[22m 2026-11-17 ');
  expect(stripVTControlCharacters(styled)).toBe(renderTable(HEALTH, PLAIN));
});
