/**
 * `npm run test:reading`: every recipe of docs/reading.md, verbatim, on a history made for it, from a directory and
 * from S3. What it reads is compared with what DuckDB reads, value by value; and what the document says of inference with
 * what inference gives. `-- polars spark` runs these alone. With `--if-possible` what cannot run here is skipped.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Column } from '../../lambda/contract/columns.ts';
import { type History, openHistory } from '../../local/history/open.ts';
import { prepareAthena } from './athena.ts';
import { canonical, expectedRows, TABLES, type Table } from './expected.ts';
import { ACCOUNT, BY_GROUP, EXPORTS, HOURLY, LARGE, REGION, writeHistory } from './history.ts';
import { install, missing, missingForSpark } from './install.ts';
import { type Code, type Python, runPython } from './python.ts';
import { BUCKET, PLACE, RECIPES, type Recipe, ROOT, replaced, TRAPS } from './recipes.ts';
import { type StandInS3, startS3 } from './stand-in-s3.ts';

const HANGS_AFTER_MS = 10_000;

const options = process.argv.slice(2);
const isOptional = options.includes('--if-possible');

/** What a recipe runs on. */
interface Bench {
  readonly directory: string;
  readonly history: History;
  readonly s3: StandInS3;
  readonly python: Python;
}

function end(message: string, status: number): never {
  console.error(message);
  process.exit(status);
}

function skip(lacking: readonly string[]): never {
  return end(`test:reading is skipped; it needs ${lacking.join('; ')}`, isOptional ? 0 : 2);
}

function librariesToRun(): string[] {
  const all = Object.keys(RECIPES);
  const named = options.filter((argument) => argument !== '--if-possible');
  const unknown = named.find((name) => !all.includes(name));
  if (unknown !== undefined) end(`test:reading has no part "${unknown}": there are ${all.join(', ')}`, 2);
  const libraries = named.length > 0 ? named : all;
  const lacking = missing();
  const lackingForSpark = libraries.includes('spark') ? missingForSpark() : [];
  if (lacking.length > 0 || (lackingForSpark.length > 0 && !isOptional)) skip([...lacking, ...lackingForSpark]);
  if (lackingForSpark.length === 0) return libraries;
  console.error(`test:reading leaves Spark out; it needs ${lackingForSpark.join('; ')}`);
  return libraries.filter((name) => name !== 'spark');
}

function codeFor({ code, from }: Recipe, root: string, exportName: string): string {
  const place = `account_id=${ACCOUNT}/region=${REGION}/export_name=${exportName}`;
  return replaced(code, { [PLACE]: place, ...(from.includes('directory') && { [ROOT]: `'${root}'` }) });
}

/** Failed expectations, in words; empty when there are none. */
async function check(bench: Bench, library: string): Promise<string[]> {
  const recipe = RECIPES[library] as Recipe;
  const { python, directory, history, s3 } = bench;
  const runs = recipe.from.flatMap((from) =>
    (library === 'pyarrow' ? [...EXPORTS, LARGE] : EXPORTS).map((exportName) => {
      const out = join(python.folder, `${library}-${from}-${exportName}`);
      mkdirSync(out);
      const code = codeFor(recipe, from === 's3' ? `s3://${BUCKET}` : directory, exportName);
      return { name: `${library}, ${from}, export ${exportName}`, exportName, code, tables: Object.keys(TABLES), out };
    }),
  );
  const traps = TRAPS.filter((trap) => trap.library === library);
  const expressions = traps.map(({ expression }) => expression);
  const before = s3.requests().length;
  const given = await runPython(python, { runs, expressions, setting: settingFor(directory) });
  const requests = s3.requests().slice(before);
  const faults: string[] = [];
  for (const run of runs) {
    for (const table of run.tables) {
      const { columns } = TABLES[table] as Table;
      faults.push(...differences(run, table, columns, await expectedRows(history, table, run.exportName)));
    }
  }
  if (recipe.readsNamedAlone) faults.push(...(await needless(requests, history)));
  const others = traps.filter(({ gives }, i) => gives !== given[i]);
  return [
    ...faults,
    ...others.map((trap) => `${trap.expression} gives ${given[traps.indexOf(trap)]}, not ${trap.gives}`),
  ];
}

/** Variables in the expressions of the table of inference. */
function settingFor(directory: string): string {
  const of = (exportName: string) => `account_id=${ACCOUNT}/region=${REGION}/export_name=${exportName}`;
  return `
import glob
hour = glob.glob('${directory}/jobs/${of(HOURLY)}/*/20261202T030000Z-*')[0]
group = glob.glob('${directory}/jobs/${of(BY_GROUP)}/*/20261202T000000Z-*')[0]
every = sorted(glob.glob('${directory}/jobs/${of(HOURLY)}/*/*'))
records = sorted(glob.glob('${directory}/snapshots/${of(HOURLY)}/*/*'))
history = '${directory}'
`;
}

function differences(run: Code, table: string, columns: readonly Column[], expected: readonly string[]): string[] {
  const lines = readFileSync(join(run.out, `${table}.ndjson`), 'utf8').split('\n');
  const read = canonical(
    lines.filter((line) => line !== '').map((line) => JSON.parse(line)),
    columns,
  );
  const at = Array.from({ length: Math.max(read.length, expected.length) }, (_, i) => i).find(
    (i) => read[i] !== expected[i],
  );
  if (at === undefined) return [];
  return [
    `${run.name}: ${table} has ${read.length} rows; DuckDB reads ${expected.length}, and of both in order row ${at + 1} differs:`,
    `  recipe: ${read[at]}`,
    `  DuckDB: ${expected[at]}`,
  ];
}

/** Requested objects of rows, changes and details that no record of December names. */
async function needless(requests: readonly string[], history: History): Promise<string[]> {
  const { rows } = await history.query(
    "SELECT object_key, changes_key, details_key FROM snapshots WHERE dt >= '2026-12-01'",
  );
  const named = new Set(rows.flat());
  const read = requests.map((request) => /(?<=^\w+ \/[^/]+\/)(jobs|changes|details)\/[^?]+/.exec(request)?.[0]);
  const others = read.find((key) => key !== undefined && !named.has(key));
  return others === undefined ? [] : [`S3 was asked for ${others}, which no record names`];
}

/** By its defaults pyarrow does not come back from a few objects of more than a block: with one thread never, with two hardly ever. */
async function checkThatPyarrowHangs({ python, directory }: Bench): Promise<string[]> {
  const recipe = codeFor(RECIPES.pyarrow as Recipe, directory, LARGE);
  const code = `import pyarrow\npyarrow.set_cpu_count(1)\n${recipe.replace(/ReadOptions\(.*\)/, 'ReadOptions()')}`;
  const out = join(python.folder, 'hangs');
  mkdirSync(out);
  const runs = [{ name: 'pyarrow by its defaults', code, tables: ['jobs'], out }];
  const ended = await runPython(python, { runs }, HANGS_AFTER_MS);
  return ended === 'timeout' ? [] : ['pyarrow by its defaults comes back, though the document says that it hangs'];
}

/** awswrangler takes the types from Athena's metadata of a result. */
async function checkAthena({ python, history, s3 }: Bench): Promise<string[]> {
  const { code, expected, columns } = await prepareAthena(s3.endpoint, history, HOURLY);
  const out = join(python.folder, 'athena');
  mkdirSync(out);
  const run = { name: 'awswrangler, by Athena', code, tables: ['rows'], out };
  await runPython(python, { runs: [run] });
  return differences(run, 'rows', columns, expected);
}

const libraries = librariesToRun();
const command = install(isOptional);
if (command === undefined) skip(['the Python package index, for the libraries']);

const folder = mkdtempSync(join(tmpdir(), 'reading-'));
const directory = join(folder, 'history');
let failures = 0;
try {
  await writeHistory(directory);
  const history = await openHistory(directory);
  const s3 = await startS3(command, folder);
  try {
    await s3.upload(directory, BUCKET);
    const bench = { directory, history, s3, python: { command, folder, environment: s3.environment } };
    for (const library of libraries) {
      const checks = [
        check,
        ...(library === 'pyarrow' ? [checkThatPyarrowHangs] : []),
        ...(library === 'awswrangler' ? [checkAthena] : []),
      ];
      const faults: string[] = [];
      for (const faultsOf of checks) {
        const failed = (error: unknown) => [error instanceof Error ? error.message : String(error)];
        faults.push(...(await faultsOf(bench, library).catch(failed)));
      }
      failures += faults.length > 0 ? 1 : 0;
      console.log(faults.length > 0 ? `✗ ${library}\n${faults.join('\n')}` : `✓ ${library}`);
    }
  } finally {
    await s3.stop();
    history.close();
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(failures === 0 ? `${libraries.join(', ')}: the recipes read what DuckDB reads` : `${failures} failed`);
process.exitCode = failures === 0 ? 0 : 1;
