import { StringDecoder } from 'node:string_decoder';
import { createGunzip } from 'node:zlib';
import { CHANGES, type Change, type ChangeRow } from '../contract/columns.ts';
import { jobIdentity } from '../contract/job-identity.ts';
import type { JobStatus } from '../contract/jobs.ts';
import { type Scope, scopeKey } from '../contract/scope.ts';
import { StringSet } from './string-set.ts';

/** Bytes that the decompressor gives at a time: fewer and larger pieces cost less than its default of 16 kB. */
const PIECE_BYTES = 2 ** 18;

/** Jobs that came to a status in a scope since the snapshot before. */
interface Arrivals {
  /** Those of which that is known: they moved there, or are new. */
  readonly certain: number;
  /** Those, and the ones that were not in the snapshot before for another reason: they may have moved or not. */
  readonly possible: number;
}

/** What the changes of a snapshot come to. */
export interface ChangeTally {
  /** Jobs of a kind of change. One that changed in several scopes counts once. */
  readonly jobs: Readonly<Record<Change, number>>;
  arrivals(scope: Scope, status: JobStatus): Arrivals;
}

const NONE: Arrivals = { certain: 0, possible: 0 };

/** Of a snapshot that is as the one before. */
export const NO_CHANGES: ChangeTally = { jobs: { APPEARED: 0, MOVED: 0, VANISHED: 0 }, arrivals: () => NONE };

/** Counts the changes of a snapshot, row by row: only the distinct jobs are kept, in a small form. */
export async function tallyChanges(object: Uint8Array): Promise<ChangeTally> {
  const jobs = new Map(CHANGES.map((change) => [change, new StringSet()]));
  const arrivals = new Map<string, Arrivals>();
  for await (const row of changesIn(object)) {
    jobs.get(row.change as Change)?.add(`${row.created_at ?? ''} ${jobIdentity(row.job_id, row.job_arn)}`);
    if (row.change === 'VANISHED' || row.to_status === null) continue;
    const key = arrivalsKey(row, row.to_status);
    const { certain, possible } = arrivals.get(key) ?? NONE;
    const isCertain = row.change === 'MOVED' || row.reason === 'NEW';
    arrivals.set(key, { certain: certain + (isCertain ? 1 : 0), possible: possible + 1 });
  }
  return {
    jobs: Object.fromEntries([...jobs].map(([change, { size }]) => [change, size])) as Record<Change, number>,
    arrivals: (scope, status) => arrivals.get(arrivalsKey(scope, status)) ?? NONE,
  };
}

function arrivalsKey(scope: Scope, status: string): string {
  return `${status} ${scopeKey(scope)}`;
}

/** The rows of an object of changes, of which no more than a piece is held as text. */
async function* changesIn(object: Uint8Array): AsyncIterable<ChangeRow> {
  const gunzip = createGunzip({ chunkSize: PIECE_BYTES });
  gunzip.end(object);
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for await (const piece of gunzip) {
    const lines = (rest + decoder.write(piece)).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield JSON.parse(line);
  }
  if (rest !== '') throw new SyntaxError('The last line does not end in a newline');
}
