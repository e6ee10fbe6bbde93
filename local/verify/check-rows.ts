import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { JOBS_COLUMNS, type JobRow, type SnapshotRecord } from '../../lambda/contract/columns.ts';
import { StringSet } from '../../lambda/core/string-set.ts';

/** More of one kind in one snapshot say nothing new. */
const MAX_PROBLEMS = 5;

interface ScopeTally {
  readonly seen: StringSet;
  readonly perStatus: Map<string | null, number>;
  rows: number;
}

/** What the rows of a snapshot are, beside what its record says of them. */
export async function checkRows(rows: AsyncIterable<Uint8Array>, record: SnapshotRecord): Promise<string[]> {
  const problems = new Problems();
  const tallies = new Map<string, ScopeTally>();
  const hash = createHash('sha256');
  let bytes = 0;
  const source = Readable.from(tap());
  const gunzip = createGunzip();
  source.on('error', (error) => gunzip.destroy(error));
  gunzip.on('error', () => {});

  async function* tap() {
    for await (const chunk of rows) {
      hash.update(chunk);
      bytes += chunk.byteLength;
      yield chunk;
    }
  }

  let count = 0;
  try {
    const lines = createInterface({ input: source.pipe(gunzip), crlfDelay: Number.POSITIVE_INFINITY });
    lines.on('line', (line) => {
      count += 1;
      checkRow(line, count, record, tallies, problems);
    });
    await Promise.all([once(lines, 'close'), once(gunzip, 'end')]);
  } catch (error) {
    problems.add('gzip', `the rows cannot be read: ${(error as Error).message}`);
    for await (const _ of source);
  }
  const sha256 = hash.digest('hex');
  if (bytes !== record.object_bytes)
    problems.add('bytes', `${bytes} bytes, and the record says ${record.object_bytes}`);
  if (sha256 !== record.object_sha256) problems.add('sha256', `its SHA-256 is ${sha256}, not that of the record`);
  if (count !== record.job_count) problems.add('count', `${count} rows, and the record says ${record.job_count}`);
  checkListings(record, tallies, problems);
  return problems.all;
}

function checkRow(
  line: string,
  number: number,
  record: SnapshotRecord,
  tallies: Map<string, ScopeTally>,
  problems: Problems,
): void {
  let row: JobRow;
  try {
    row = JSON.parse(line);
  } catch {
    problems.add('json', `row ${number} is not JSON`);
    return;
  }
  for (const { name } of JOBS_COLUMNS) if (!(name in row)) problems.add('column', `row ${number} has no ${name}`);
  if (row.snapshot_id !== record.snapshot_id || row.snapshot_at !== record.snapshot_at) {
    problems.add('snapshot', `row ${number} is of the snapshot ${row.snapshot_id} at ${row.snapshot_at}`);
  }
  if (!(record.started_at <= row.observed_at && row.observed_at <= record.finished_at)) {
    problems.add('time', `row ${number} was observed at ${row.observed_at}, outside of the run`);
  }
  const tally = tallyOf(tallies, scopeKey(row));
  tally.rows += 1;
  tally.perStatus.set(row.status, (tally.perStatus.get(row.status) ?? 0) + 1);
  const id = row.job_id ?? row.job_arn?.slice(row.job_arn.lastIndexOf('/') + 1);
  if (id !== undefined && !tally.seen.add(id)) problems.add('twice', `job ${id} is there twice in one scope`);
}

/**
 * Counts per listing. A row whose status is not one of those asked for (AWS may add some, or leave it out) can be of
 * any listing of its scope; such a scope is held to its total alone.
 */
function checkListings(record: SnapshotRecord, tallies: Map<string, ScopeTally>, problems: Problems): void {
  for (const [key, listings] of Map.groupBy(record.listings, scopeKey)) {
    const { rows, perStatus } = tallyOf(tallies, key);
    const total = listings.reduce((sum, listing) => sum + listing.job_count, 0);
    if (rows !== total) problems.add('scope', `${rows} rows of ${key}, and its listings say ${total}`);
    const asked = new Set<string | null>(listings.map((listing) => listing.status));
    if (![...perStatus.keys()].every((status) => asked.has(status))) continue;
    for (const { status, job_count } of listings) {
      const found = perStatus.get(status) ?? 0;
      if (found !== job_count)
        problems.add('listing', `${found} rows of ${key} ${status}, and its listing says ${job_count}`);
    }
  }
  const known = new Set(record.listings.map(scopeKey));
  for (const key of tallies.keys())
    if (!known.has(key)) problems.add('unknown', `rows of ${key}, which was not listed`);
}

function scopeKey(of: Pick<JobRow, 'thing_group_name' | 'queried_thing_group_id'>): string {
  if (of.thing_group_name !== null) return `thing group ${of.thing_group_name}`;
  return of.queried_thing_group_id === null ? 'the account' : `thing group id ${of.queried_thing_group_id}`;
}

function tallyOf(tallies: Map<string, ScopeTally>, key: string): ScopeTally {
  let tally = tallies.get(key);
  if (!tally) {
    tally = { seen: new StringSet(), perStatus: new Map(), rows: 0 };
    tallies.set(key, tally);
  }
  return tally;
}

/** Keeps the first few of each kind, and counts the rest. */
class Problems {
  readonly #kinds = new Map<string, { readonly shown: string[]; count: number }>();

  add(kind: string, text: string): void {
    const known = this.#kinds.get(kind) ?? { shown: [], count: 0 };
    this.#kinds.set(kind, known);
    known.count += 1;
    if (known.shown.length < MAX_PROBLEMS) known.shown.push(text);
  }

  get all(): string[] {
    return [...this.#kinds.values()].flatMap(({ shown, count }) =>
      count > shown.length ? [...shown, `… and ${count - shown.length} more of the kind`] : shown,
    );
  }
}
