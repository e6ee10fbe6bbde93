import type { Cell } from '../../../local/report/model.ts';
import { constantColumns, detectSort, nextSort, sorted, sortText } from '../../../local/report/page/tables/columns.ts';
import { csv, csvName } from '../../../local/report/page/tables/csv.ts';

const COLUMNS = [
  { name: 'job' },
  { name: 'days', isNumeric: true },
  { name: 'since, UTC' },
  { name: 'selection' },
  { name: 'state', rank: (value: Cell) => ['OVERDUE', 'IN_TIME'].indexOf(String(value)) },
];
const ROWS = [
  ['b-9', 3, '2026-11-20 06:00:01', 'SNAPSHOT', 'OVERDUE'],
  ['b-10', null, null, 'SNAPSHOT', 'OVERDUE'],
  ['a', 7.5, '2026-11-02 06:00:01', 'SNAPSHOT', 'IN_TIME'],
];
const ids = (rows: readonly (readonly Cell[])[]) => rows.map(([id]) => id);

test('numbers sort from the highest first, text from A; the second time the other way; nothing is last', () => {
  const days = nextSort(COLUMNS, 1, undefined);
  expect(ids(sorted(ROWS, COLUMNS, days))).toEqual(['a', 'b-9', 'b-10']);
  expect(ids(sorted(ROWS, COLUMNS, nextSort(COLUMNS, 1, days)))).toEqual(['b-9', 'a', 'b-10']);
  const job = nextSort(COLUMNS, 0, days);
  expect(ids(sorted(ROWS, COLUMNS, job))).toEqual(['a', 'b-9', 'b-10']);
  expect(ids(sorted(ROWS, COLUMNS, nextSort(COLUMNS, 0, job)))).toEqual(['b-10', 'b-9', 'a']);
  expect(ids(sorted(ROWS, COLUMNS, nextSort(COLUMNS, 4, undefined)))).toEqual(['b-9', 'b-10', 'a']);
});

test("a table's initial order is stated in words, and nothing where it is by no column", () => {
  const words = (rows: typeof ROWS) => {
    const sort = detectSort(rows, COLUMNS);
    return sort && sortText(rows, COLUMNS, sort);
  };
  expect(words(ROWS)).toBe('state, worst first');
  expect(words(ROWS.toSorted((a, b) => Number(a[1] === null) - Number(b[1] === null)))).toBe('days, lowest first');
  expect(words(ROWS.toReversed())).toBe('state, best first');
  expect(words(ROWS.slice(0, 1))).toBeUndefined();
  const newest = [ROWS[0], ROWS[2], ROWS[1]].map((row) => [row?.[0], row?.[2]] as Cell[]);
  const times = [{ name: 'job' }, { name: 'since' }];
  expect(detectSort(newest, times)).toEqual({ column: 1, direction: 'descending' });
  expect(sortText(newest, times, { column: 1, direction: 'descending' })).toBe('since, newest first');
  expect(sortText(ROWS, COLUMNS, { column: 0, direction: 'ascending' })).toBe('job, A to Z');
  const none = [
    ['a', 1],
    ['c', 3],
    ['b', 2],
  ];
  expect(detectSort([...none, ['a', 4]], [{ name: 'job' }, { name: 'days' }])).toBeUndefined();
});

test('columns with a single value are listed above the table, except the first, and not where there is one row', () => {
  expect(constantColumns(ROWS, COLUMNS)).toEqual([{ column: 3, value: 'SNAPSHOT' }]);
  expect(constantColumns(ROWS.slice(0, 1), COLUMNS)).toEqual([]);
  const same = [
    ['x', null, ['a', 'b']],
    ['x', null, ['a', 'b']],
  ];
  expect(constantColumns(same, COLUMNS.slice(0, 3))).toEqual([
    { column: 1, value: null },
    { column: 2, value: ['a', 'b'] },
  ]);
});

test('CSV is that of RFC 4180: commas, quotes and line ends are in quotes, nothing is empty', () => {
  const names = ['job, its id', 'things'];
  const rows = [
    ['says "hello"', 1234.5],
    ['two\r\nlines', null],
    [['fleet-eu', 'fleet-us'], -3],
    [true, 0],
  ];
  expect(csv(names, rows)).toBe(
    '"job, its id",things\r\n"says ""hello""",1234.5\r\n"two\r\nlines",\r\n"fleet-eu, fleet-us",-3\r\ntrue,0\r\n',
  );
});

test.each(['=1+1', '+1', '-1+2', '@SUM(A1)', '\t=1', '\r=1', '  =1', '＝1', '\u0000=1', '=HYPERLINK("x")'])(
  'a text that a spreadsheet would run, %j, is text there; a number stays one',
  (text) => {
    const [, line = ''] = csv(['a', 'b'], [[text, -1]]).split(/\r\n(?=["'])/);
    expect(line.replace(/^"/, '')).toMatch(/^'/);
    expect(line).toMatch(/,-1\r\n$/);
  },
);

test('a text that begins as any does is left as it is', () => {
  expect(csv(['a'], [['fw-1=2'], ["it's"], ['2026-11-23 18:00:00']])).toBe(
    "a\r\nfw-1=2\r\nit's\r\n2026-11-23 18:00:00\r\n",
  );
});

test('a file is named in characters that file systems take', () => {
  expect(csvName('all', '123456789012', 'eu-west-1', 'jobs in each status, by snapshot', '2026-11-23')).toBe(
    'all-123456789012-eu-west-1-jobs-in-each-status-by-snapshot-2026-11-23.csv',
  );
  expect(csvName('../..', 'a/b:c', '', 'é')).toBe('a-b-c-é.csv');
});
