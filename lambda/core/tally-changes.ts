import { StringDecoder } from 'node:string_decoder';
import { createGunzip } from 'node:zlib';
import { CHANGES, type Change, type ChangeRow } from '../contract/columns.ts';
import { jobIdentity } from '../contract/job-identity.ts';
import type { JobStatus } from '../contract/jobs.ts';
import { type Scope, scopeKey } from '../contract/scope.ts';
import { StringSet } from './string-set.ts';

/** Bytes that the decompressor returns at a time. Larger pieces take less CPU than its default of 16 kB. */
const PIECE_BYTES = 2 ** 18;

/** Number of jobs that came to a status in a scope since the predecessor snapshot. */
interface Arrivals {
  /** Jobs that certainly did: they moved to the status, or are new. */
  readonly certain: number;
  /** `certain`, plus jobs that appeared for another reason, and so may have come to the status or not. */
  readonly possible: number;
}

/** Counts of the changes of a snapshot. */
export interface ChangeTally {
  /** Jobs per kind of change. A job that changed in several scopes counts once. */
  readonly jobs: Readonly<Record<Change, number>>;
  arrivals(scope: Scope, status: JobStatus): Arrivals;
}

const NONE: Arrivals = { certain: 0, possible: 0 };

/** The tally of a snapshot without changes. */
export const NO_CHANGES: ChangeTally = { jobs: { APPEARED: 0, MOVED: 0, VANISHED: 0 }, arrivals: () => NONE };

/** Counts the changes of a snapshot, row by row. It keeps only the identities of the jobs, in a compact form. */
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

/** The rows of an object of changes. Only one piece is held as text at a time. */
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
