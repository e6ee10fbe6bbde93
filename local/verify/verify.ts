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
import { readRecord } from './read-record.ts';
import { RetryingReads } from './retrying-reads.ts';

export type { Finding, Problem } from './check-snapshot.ts';

/** Snapshots that are fetched at the same time. */
const CONCURRENCY = 8;

export interface Selection {
  /** First and last day of scheduled times, `yyyy-MM-dd`. */
  readonly from?: string;
  readonly to?: string;
  readonly exportName?: string;
  /** Whether to use the store's checksums instead of reading rows, changes and details. */
  readonly isQuick?: boolean;
  /** Days after which rows expire, 1 or more; absent if they do not expire. */
  readonly rowsExpireAfterDays?: number;
}

export interface VerifyOptions {
  /** Current time, epoch milliseconds. */
  readonly now?: () => number;
  /** Called for each object of a snapshot that is not selected. */
  readonly onUnselected?: (identity: SnapshotIdentity) => void;
}

/**
 * Checks every record with its objects, and every object without a record. Yields a finding per snapshot, ordered by
 * scheduled time within an export. The history may be written meanwhile: objects that seem to be missing are looked up
 * again. Memory holds all keys, some 300 bytes each, and the jobs of one snapshot.
 *
 * @throws an {@link ExporterError} that concerns the archive as a whole
 */
export async function* verify(
  archive: Archive,
  selection: Selection,
  { now = Date.now, onUnselected = () => {} }: VerifyOptions = {},
): AsyncIterable<Finding> {
  const reads = new RetryingReads();
  const listing = new Listing(archive, selection, onUnselected);
  const rows = new Map<string, StoredKey>();
  const changes = new Map<string, StoredKey>();
  const details = new Map<string, StoredKey>();
  const times = new ScheduledTimes();
  const recordIdentities = new Map<string, SnapshotIdentity>();
  // Listed in the order in which a run puts them, so that all objects of a listed record are listed, too.
  const tables = [
    [JOBS_PREFIX, rows],
    [CHANGES_PREFIX, changes],
    [DETAILS_PREFIX, details],
  ] as const;
  for (const [prefix, objects] of tables) {
    for await (const { stored, identity, isSelected } of listing.list(prefix)) {
      if (!identity) yield invalidKeyFinding(stored);
      else if (isSelected) objects.set(stored.key, stored);
    }
  }
  for await (const { stored, identity, isSelected } of listing.list(SNAPSHOTS_PREFIX)) {
    if (!identity) yield invalidKeyFinding(stored);
    else times.add(identity);
    if (identity && isSelected) recordIdentities.set(stored.key, identity);
  }
  const { isQuick = false, rowsExpireAfterDays } = selection;
  const check = new SnapshotCheck({ archive, reads, rows, changes, details, isQuick, rowsExpireAfterDays, now });
  yield* checkRecords([...recordIdentities.values()], check, times, archive, reads);
  yield* checkOrphans([...rows.values(), ...changes.values(), ...details.values()], recordIdentities, check);
  reads.throwIfAllFailed();
}

/** Fetches several snapshots at a time, and checks them in order. */
async function* checkRecords(
  identities: readonly SnapshotIdentity[],
  check: SnapshotCheck,
  times: ScheduledTimes,
  archive: Archive,
  reads: RetryingReads,
): AsyncIterable<Finding> {
  const otherRecords = {
    exists: async (identity: SnapshotIdentity) => {
      const found = await reads.attempt(() => archive.find(recordKey(identity)));
      return found.kind === 'value' && found.value !== undefined;
    },
    read: async (identity: SnapshotIdentity) => {
      const read = await reads.attempt(async () => await readRecord(await archive.read(recordKey(identity)), identity));
      return read.kind === 'value' && read.value.problems.length === 0 ? read.value.record : undefined;
    },
  };
  let current: { readonly exportKey: string; readonly line: Line } | undefined;
  const ordered = [...Map.groupBy(identities, recordsPrefix).values()].flatMap((ofExport) =>
    ofExport.sort((a, b) => a.scheduledAt - b.scheduledAt),
  );
  const snapshots = Readable.from(ordered).map((identity) => check.fetch(identity), { concurrency: CONCURRENCY });
  for await (const snapshot of snapshots) {
    const { identity } = snapshot;
    const key = recordsPrefix(identity);
    if (current?.exportKey !== key) {
      current = { exportKey: key, line: new Line(identity, times.of(identity), otherRecords) };
    }
    yield await check.check(snapshot, current.line);
  }
}

/** Checks rows, changes and details without a record. Yields one finding per snapshot. */
async function* checkOrphans(
  stored: readonly StoredKey[],
  recordIdentities: ReadonlyMap<string, SnapshotIdentity>,
  check: SnapshotCheck,
): AsyncIterable<Finding> {
  const bySnapshot = Map.groupBy(stored, ({ key }) => recordKey(parseKey(key) as SnapshotIdentity));
  const orphans = [...bySnapshot].filter(([key]) => !recordIdentities.has(key)).map(([, objects]) => objects);
  // `undefined` and `null` would end a stream, so the result is an array.
  const findings = Readable.from(orphans).map(
    async (objects: readonly StoredKey[]) => {
      const found: Finding[] = [];
      for (const object of objects) {
        const finding = await check.orphan(object, parseKey(object.key) as SnapshotIdentity);
        if (finding) found.push(finding);
        // Its record exists by now, so the whole snapshot was checked.
        if (finding?.jobCount !== undefined) return [finding];
      }
      return found;
    },
    { concurrency: CONCURRENCY },
  );
  for await (const ofSnapshot of findings) {
    const [first] = ofSnapshot as Finding[];
    if (first) yield { ...first, problems: (ofSnapshot as Finding[]).flatMap(({ problems }) => problems) };
  }
}

/** Lists the objects of a table. */
class Listing {
  readonly #archive: Archive;
  readonly #selection: Selection;
  readonly #onOther: (identity: SnapshotIdentity) => void;

  constructor(archive: Archive, selection: Selection, onUnselected: (identity: SnapshotIdentity) => void) {
    this.#archive = archive;
    this.#selection = selection;
    this.#onOther = onUnselected;
  }

  async *list(prefix: string) {
    for await (const stored of this.#archive.list(prefix)) {
      const identity = parseKey(stored.key);
      const isSelected = identity !== undefined && matches(identity, this.#selection);
      if (identity && !isSelected) this.#onOther(identity);
      yield { stored, identity, isSelected };
    }
  }
}

/** Scheduled times of all records, per export. */
class ScheduledTimes {
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

function invalidKeyFinding({ key, bytes }: StoredKey): Finding {
  return { key, bytes, problems: [{ key, text: keyProblem(key) }] };
}

function matches({ scheduledAt, exportName }: SnapshotIdentity, { from, to, exportName: wanted }: Selection): boolean {
  const dt = utcDate(scheduledAt);
  return (from ?? dt) <= dt && dt <= (to ?? dt) && (wanted ?? exportName) === exportName;
}
