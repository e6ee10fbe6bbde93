import type { Json } from '@duckdb/node-api';
import type { History } from '../../../local/history/open.ts';
import { readQueries, readViews } from '../../../sql/catalog.ts';
import { type CompletedByDay, faultsOf } from './contradictions.ts';
import { type Snapshot, snapshotsOf } from './expected-snapshots.ts';
import { loadAll } from './load.ts';
import { answersOf, JOB_OF_LIFE } from './queries.ts';
import type { Place, RandomHistory } from './random-history.ts';
import { type Answers, viewsOf } from './views.ts';

/** Rows that a fault shows. */
const SHOWN = 3;

export type Row = Readonly<Record<string, unknown>>;

/** A place with its expected rows. */
interface ExpectedPlace {
  readonly seed: number;
  readonly place: Place;
  readonly snapshots: readonly Snapshot[];
  readonly views: Answers;
  readonly queries: Readonly<Record<string, readonly Row[]>>;
}

/**
 * Runs every view and saved query on the histories, and compares the rows with the oracle and with the simulated fleet.
 *
 * @returns what is wrong, each with its seed
 */
export async function faultsIn(histories: readonly RandomHistory[]): Promise<string[]> {
  const faults: string[] = [];
  for (const [today, ofDay] of Map.groupBy(histories, (history) => history.today)) {
    const history = await loadAll(ofDay, today);
    try {
      faults.push(...(await faultsOfDay(history, ofDay)));
    } finally {
      history.close();
    }
  }
  return faults;
}

async function faultsOfDay(history: History, histories: readonly RandomHistory[]): Promise<string[]> {
  const faults: string[] = [];
  const expectedPlaces = histories.flatMap(expectedPlacesOf);
  const answers = new Map(expectedPlaces.map(({ place }) => [place, {} as Record<string, Row[]>]));
  const compare = (name: string, rows: readonly Row[], expected: (one: ExpectedPlace) => readonly Row[]) => {
    const byPlace = Map.groupBy(rows, (row) => `${row.account_id} ${row.region}`);
    for (const one of expectedPlaces) {
      const actual = byPlace.get(`${one.place.accountId} ${one.place.region}`) ?? [];
      (answers.get(one.place) as Record<string, Row[]>)[name] = actual;
      faults.push(...differences(actual, expected(one)).map((line) => `seed ${one.seed}, ${name}: ${line}`));
    }
  };
  for (const { name, columns } of readViews()) {
    const rows = await ask(history, `SELECT ${columns.map((column) => column.name).join(', ')} FROM ${name}`);
    compare(`view ${name}`, rows, ({ views }) => views[name as keyof Answers] ?? noOracle(name));
  }
  for (const { name, sql } of readQueries()) {
    // The job whose life the query returns.
    const rows = await ask(history, sql.replace(/(?<=c\.job_id = )'[^']+'/, `'${JOB_OF_LIFE}'`));
    compare(`query ${name}`, rows, ({ queries }) => queries[name] ?? noOracle(name));
  }
  for (const { seed, place, snapshots } of expectedPlaces) {
    const all = Object.entries(answers.get(place) ?? {});
    const ofViews = all.flatMap(([name, rows]) =>
      name.startsWith('view ') ? [[name.slice('view '.length), rows]] : [],
    );
    const completedByDay = (answers.get(place)?.['query completed-by-day'] ?? []) as unknown as CompletedByDay[];
    const actual = Object.fromEntries(ofViews) as Answers;
    faults.push(...faultsOf(place, snapshots, actual, completedByDay).map((line) => `seed ${seed}: ${line}`));
  }
  return faults;
}

function expectedPlacesOf(history: RandomHistory): ExpectedPlace[] {
  const { seed, today } = history;
  return history.places.map((place) => {
    const snapshots = snapshotsOf(place);
    const views = viewsOf(snapshots, today);
    return { seed, place, snapshots, views, queries: answersOf(snapshots, views, today) };
  });
}

function noOracle(name: string): never {
  throw new Error(`The model has no answer for ${name}: add it to views.ts or queries.ts in test/sql/oracle`);
}

/** Rows of an answer, with numbers that are numbers and times to the millisecond. */
export async function ask(history: History, sql: string): Promise<Row[]> {
  const { columns, rows } = await history.query(sql);
  const plain = (value: Json, isNumeric: boolean) => {
    if (isNumeric && value !== null) return Number(value);
    return typeof value === 'string' && TIME.test(value) ? wholeTime(value) : value;
  };
  return rows.map((row) =>
    Object.fromEntries(columns.map(({ name, isNumeric }, i) => [name, plain(row[i] ?? null, isNumeric)])),
  );
}

const TIME = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?$/;

/** DuckDB leaves out zeros at the end of a second. */
function wholeTime(text: string): string {
  return (text.includes('.') ? text : `${text}.`).padEnd('yyyy-MM-dd HH:mm:ss.SSS'.length, '0');
}

/** Jobs that the rows have and should not have, and jobs that they lack. */
export function differences(actual: readonly Row[], expected: readonly Row[]): string[] {
  const names = Object.keys(actual[0] ?? expected[0] ?? {});
  const lines = (rows: readonly Row[]) => rows.map((row) => JSON.stringify(names.map((name) => row[name])));
  const [expectedLines, actualLines] = [lines(expected), lines(actual)];
  const missing = without(expectedLines, actualLines);
  const extra = without(actualLines, expectedLines);
  const unknown = expected.length > 0 ? names.filter((name) => !(name in (expected[0] as Row))) : [];
  return [
    ...unknown.map((name) => `nobody has said what ${name} has to be`),
    ...extra.slice(0, SHOWN).map((line) => `has, but should not, ${names.join()} = ${line}`),
    ...missing.slice(0, SHOWN).map((line) => `lacks ${names.join()} = ${line}`),
  ];
}

/** Lines but for those that the others have, each as often as they have it. */
function without(lines: readonly string[], others: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const line of others) counts.set(line, (counts.get(line) ?? 0) + 1);
  return lines.filter((line) => {
    const left = counts.get(line) ?? 0;
    counts.set(line, left - 1);
    return left <= 0;
  });
}
