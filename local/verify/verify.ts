import { Readable } from 'node:stream';
import {
  CHANGES_PREFIX,
  DETAILS_PREFIX,
  JOBS_PREFIX,
  recordKey,
  recordsPrefix,
  SNAPSHOTS_PREFIX,
  type SnapshotIdentity,
  utcDate,
} from '../../lambda/contract/keys.ts';
import type { Archive, StoredKey } from './archive.ts';
import { type Finding, SnapshotCheck } from './check-snapshot.ts';
import { Line } from './line/line.ts';
import { keyProblem, parseKey } from './parse-key.ts';
import { PatientReads } from './patient-reads.ts';
import { readRecord } from './read-record.ts';

export type { Finding, Problem } from './check-snapshot.ts';

/** Snapshots brought at the same time: a store answers several as fast as one. */
const CONCURRENCY = 8;

export interface Selection {
  /** First and last day of scheduled times, `yyyy-MM-dd`. */
  readonly from?: string;
  readonly to?: string;
  readonly exportName?: string;
  /** Whether to believe the store's checksum instead of reading rows, changes and details. */
  readonly isQuick?: boolean;
  /** Days after which rows expire, 1 or more; absent where they do not. */
  readonly rowsExpireAfterDays?: number;
}

export interface VerifyOptions {
  /** The time of day, epoch milliseconds. */
  readonly now?: () => number;
  /** Takes the snapshots that there are beside those selected, once for each object. */
  readonly onOther?: (identity: SnapshotIdentity) => void;
}

/**
 * Looks at every record and its objects, and at objects without a record, one finding each. The snapshots of an export come
 * one after the other, in the order of their scheduled times. The history may be written meanwhile: what seems to be
 * missing is looked for again. Keys are kept in memory, some 300 bytes each, and the jobs of one snapshot.
 *
 * @throws an {@link ExporterError} that concerns the archive as a whole
 */
export async function* verify(
  archive: Archive,
  selection: Selection,
  { now = Date.now, onOther = () => {} }: VerifyOptions = {},
): AsyncIterable<Finding> {
  const reads = new PatientReads();
  const listing = new Listing(archive, selection, onOther);
  const rows = new Map<string, StoredKey>();
  const changes = new Map<string, StoredKey>();
  const details = new Map<string, StoredKey>();
  const times = new TimesOfExports();
  const recorded = new Map<string, SnapshotIdentity>();
  // What a run puts first is listed first, so that what is listed last has all that belongs to it.
  const ofSnapshots = [
    [JOBS_PREFIX, rows],
    [CHANGES_PREFIX, changes],
    [DETAILS_PREFIX, details],
  ] as const;
  for (const [prefix, objects] of ofSnapshots) {
    for await (const { stored, identity, isSelected } of listing.below(prefix)) {
      if (!identity) yield notOfTheContract(stored);
      else if (isSelected) objects.set(stored.key, stored);
    }
  }
  for await (const { stored, identity, isSelected } of listing.below(SNAPSHOTS_PREFIX)) {
    if (!identity) yield notOfTheContract(stored);
    else times.add(identity);
    if (identity && isSelected) recorded.set(stored.key, identity);
  }
  const { isQuick = false, rowsExpireAfterDays } = selection;
  const check = new SnapshotCheck({ archive, reads, rows, changes, details, isQuick, rowsExpireAfterDays, now });
  yield* records([...recorded.values()], check, times, archive, reads);
  yield* orphans([...rows.values(), ...changes.values(), ...details.values()], recorded, check);
  reads.throwIfNothingWasRead();
}

/** Brings several at a time, and checks them in their order. */
async function* records(
  identities: readonly SnapshotIdentity[],
  check: SnapshotCheck,
  times: TimesOfExports,
  archive: Archive,
  reads: PatientReads,
): AsyncIterable<Finding> {
  const others = {
    exists: async (identity: SnapshotIdentity) => {
      const found = await reads.of(() => archive.find(recordKey(identity)));
      return found.kind === 'value' && found.value !== undefined;
    },
    read: async (identity: SnapshotIdentity) => {
      const read = await reads.of(async () => await readRecord(await archive.read(recordKey(identity)), identity));
      return read.kind === 'value' && read.value.problems.length === 0 ? read.value.record : undefined;
    },
  };
  let line: { readonly export: string; readonly of: Line } | undefined;
  const inTime = [...Map.groupBy(identities, recordsPrefix).values()].flatMap((ofExport) =>
    ofExport.sort((a, b) => a.scheduledAt - b.scheduledAt),
  );
  const brought = Readable.from(inTime).map((identity) => check.bring(identity), { concurrency: CONCURRENCY });
  for await (const snapshot of brought) {
    const { identity } = snapshot;
    const key = recordsPrefix(identity);
    if (line?.export !== key) line = { export: key, of: new Line(identity, times.of(identity), others) };
    yield await check.check(snapshot, line.of);
  }
}

/** Rows, changes and details without a record: one finding for those of one snapshot. */
async function* orphans(
  stored: readonly StoredKey[],
  recorded: ReadonlyMap<string, SnapshotIdentity>,
  check: SnapshotCheck,
): AsyncIterable<Finding> {
  const bySnapshot = Map.groupBy(stored, ({ key }) => recordKey(parseKey(key) as SnapshotIdentity));
  const left = [...bySnapshot].filter(([key]) => !recorded.has(key)).map(([, objects]) => objects);
  // A stream takes `undefined` and `null` for its end.
  const findings = Readable.from(left).map(
    async (objects: readonly StoredKey[]) => {
      const of: Finding[] = [];
      for (const object of objects) {
        const finding = await check.orphan(object, parseKey(object.key) as SnapshotIdentity);
        if (finding) of.push(finding);
        // Its record is there by now, so all of it was looked at.
        if (finding?.jobCount !== undefined) return [finding];
      }
      return of;
    },
    { concurrency: CONCURRENCY },
  );
  for await (const of of findings) {
    const [first] = of as Finding[];
    if (first) yield { ...first, problems: (of as Finding[]).flatMap(({ problems }) => problems) };
  }
}

/** What there is below the prefix of a table. */
class Listing {
  readonly #archive: Archive;
  readonly #selection: Selection;
  readonly #onOther: (identity: SnapshotIdentity) => void;

  constructor(archive: Archive, selection: Selection, onOther: (identity: SnapshotIdentity) => void) {
    this.#archive = archive;
    this.#selection = selection;
    this.#onOther = onOther;
  }

  async *below(prefix: string) {
    for await (const stored of this.#archive.list(prefix)) {
      const identity = parseKey(stored.key);
      const isSelected = identity !== undefined && isIn(identity, this.#selection);
      if (identity && !isSelected) this.#onOther(identity);
      yield { stored, identity, isSelected };
    }
  }
}

/** Scheduled times of all records, by export. */
class TimesOfExports {
  readonly #times = new Map<string, number[]>();

  add(identity: SnapshotIdentity): void {
    const key = recordsPrefix(identity);
    const times = this.#times.get(key) ?? [];
    this.#times.set(key, times);
    times.push(identity.scheduledAt);
  }

  of(identity: SnapshotIdentity): readonly number[] {
    return (this.#times.get(recordsPrefix(identity)) ?? []).sort((a, b) => a - b);
  }
}

function notOfTheContract({ key, bytes }: StoredKey): Finding {
  return { key, bytes, problems: [{ key, text: keyProblem(key) }] };
}

function isIn({ scheduledAt, exportName }: SnapshotIdentity, { from, to, exportName: wanted }: Selection): boolean {
  const dt = utcDate(scheduledAt);
  return (from ?? dt) <= dt && dt <= (to ?? dt) && (wanted ?? exportName) === exportName;
}
