import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import {
  APPEARED_REASONS,
  CHANGES,
  CHANGES_COLUMNS,
  type ChangeRow,
  JOB_DETAILS_COLUMNS,
  JOBS_COLUMNS,
  type JobDetailsRow,
  type JobRow,
  LISTING_FIELDS,
  SNAPSHOTS_COLUMNS,
  type SnapshotRecord,
  VANISHED_REASONS,
} from '../../lambda/contract/columns.ts';
import { changesKey, detailsKey, jobsKey, recordKey, type SnapshotIdentity } from '../../lambda/contract/keys.ts';
import type { Random } from './random.ts';

type Objects = Map<string, Uint8Array>;

/** A damage: it changes objects of a snapshot. @returns lists of keys; a finding must name one key of each list */
export type Damage = (victim: Victim) => readonly (readonly string[])[];

/** A snapshot to be damaged, its objects among all others, and chance. */
interface Victim {
  readonly identity: SnapshotIdentity;
  readonly objects: Objects;
  readonly random: Random;
}

const JUNK = [null, true, -1, 1.5, 1e99, '', 'x', '2026-02-30 00:00:00.000', [], {}, [null], [1]] as const;
const LINES = ['null', '7', '"x"', '[]', '{}', '{', '', '\uFEFF{}', 'x'.repeat(2_000_000)] as const;

/** Damages to bytes. */
const BYTES: Readonly<Record<string, (body: Buffer, random: Random) => Buffer>> = {
  flip: (body, random) => {
    const at = random.below(body.length);
    return Buffer.from(body.with(at, (body[at] as number) ^ (1 << random.below(8))));
  },
  cut: (body, random) => body.subarray(0, random.below(body.length)),
  append: (body, random) =>
    Buffer.concat([body, random.pick([Buffer.alloc(3), Buffer.from('x\n'), gzipSync(''), body])]),
  insert: (body, random) => spliced(body, random.below(body.length), 0, Buffer.from([random.below(256)])),
  remove: (body, random) => spliced(body, random.below(body.length), 1 + random.below(5)),
  zeros: (body, random) => {
    const from = random.below(body.length);
    return spliced(body, from, 16, Buffer.alloc(Math.min(16, body.length - from)));
  },
  nothing: () => Buffer.alloc(0),
};

/** Damages to the text of rows. The record gets the new checksum, so that only the content is wrong. */
const ROWS: Readonly<Record<string, (lines: string[], random: Random) => string | Buffer>> = {
  dropLine: (lines, random) => joined(lines.toSpliced(random.below(lines.length), 1)),
  doubleLine: (lines, random) => {
    const at = random.below(lines.length);
    return joined(lines.toSpliced(at, 0, lines[at] as string));
  },
  otherLine: (lines, random) => joined(lines.with(random.below(lines.length), random.pick(LINES))),
  junkValue: (lines, random) =>
    inRow(lines, random, (row) => {
      const { name, type } = random.pick(JOBS_COLUMNS);
      return { ...row, [name]: type === 'boolean' ? 'no' : type === 'timestamp' ? '2026-13-01 00:00:00.000' : 7 };
    }),
  noColumn: (lines, random) => inRow(lines, random, (row) => ({ ...row, [random.pick(JOBS_COLUMNS).name]: undefined })),
  newColumn: (lines, random) => inRow(lines, random, (row) => ({ ...row, colour: 'red' })),
  otherSnapshot: (lines, random) => inRow(lines, random, (row) => ({ ...row, snapshot_id: '20200101T000000Z-all' })),
  otherTime: (lines, random) => inRow(lines, random, (row) => ({ ...row, observed_at: '2020-01-01 00:00:00.000' })),
  otherScope: (lines, random) => inRow(lines, random, (row) => ({ ...row, thing_group_name: 'elsewhere' })),
  notUtf8: (lines, random) => {
    const bytes = Buffer.from(joined(lines));
    return spliced(bytes, random.below(bytes.length - 1), 1, Buffer.from([0xff]));
  },
  noNewline: (lines) => joined(lines).slice(0, -1),
  otherNamespace: (lines, random) => inAgedRow(lines, random, (row) => ({ ...row, namespace_id: 'elsewhere' })),
  firstSeenEarlier: (lines, random) => inAgedRow(lines, random, (row) => shifted(row, 'first_seen_at', -1)),
  firstSeenLater: (lines, random) => inAgedRow(lines, random, (row) => shifted(row, 'first_seen_at', 1)),
  statusSinceEarlier: (lines, random) => inAgedRow(lines, random, (row) => shifted(row, 'status_since', -1)),
  statusSinceLater: (lines, random) => inAgedRow(lines, random, (row) => shifted(row, 'status_since', 1)),
  noAges: (lines, random) => inAgedRow(lines, random, ({ first_seen_at: _first, status_since: _since, ...row }) => row),
};

/** Damages to changes. The record gets the new size, checksum and count, so that only the content is wrong. */
const CHANGED: Readonly<Record<string, (lines: string[], random: Random) => string | Buffer>> = {
  dropLine: (lines, random) => joined(lines.toSpliced(random.below(lines.length), 1)),
  doubleLine: (lines, random) => {
    const at = random.below(lines.length);
    return joined(lines.toSpliced(at, 0, lines[at] as string));
  },
  otherLine: (lines, random) => joined(lines.with(random.below(lines.length), random.pick(LINES))),
  junkValue: (lines, random) =>
    inRow(lines, random, (row) => {
      const { name, type } = random.pick(CHANGES_COLUMNS);
      return { ...row, [name]: type === 'timestamp' ? '2026-13-01 00:00:00.000' : 7 };
    }),
  noColumn: (lines, random) =>
    inRow(lines, random, (row) => ({ ...row, [random.pick(CHANGES_COLUMNS).name]: undefined })),
  newColumn: (lines, random) => inRow(lines, random, (row) => ({ ...row, colour: 'red' })),
  noNewline: (lines) => joined(lines).slice(0, -1),
  otherChange: (lines, random) =>
    inChange(lines, random, (row) => ({
      ...row,
      change: random.pick(CHANGES.filter((change) => change !== row.change)),
    })),
  otherReason: (lines, random) =>
    inChange(lines, random, (row) => ({
      ...row,
      reason: random.pick([null, ...APPEARED_REASONS, ...VANISHED_REASONS].filter((reason) => reason !== row.reason)),
    })),
  // To what each might be, but is not.
  otherText: (lines, random) =>
    inChange(lines, random, (row) => {
      const column = random.pick(CHANGES_COLUMNS.filter(({ type }) => type === 'string')).name as keyof ChangeRow;
      return { ...row, [column]: row[column] === 'COMPLETED' ? 'CANCELED' : 'COMPLETED' };
    }),
  otherTime: (lines, random) =>
    inChange(lines, random, (row) => {
      const column = random.pick(CHANGES_COLUMNS.filter(({ type }) => type === 'timestamp')).name as keyof ChangeRow;
      return shifted(row, column, random.pick([-1, 1]));
    }),
  nullValue: (lines, random) =>
    inChange(lines, random, (row) => {
      const there = Object.entries(row).filter(([, value]) => value !== null);
      return { ...row, [random.pick(there)[0]]: null };
    }),
};

/**
 * Damages to details. The record gets the new size, checksum and count, so that only the content is wrong.
 * Nothing else records which jobs were described, or the answers of DescribeJob.
 */
const DETAILED: Readonly<Record<string, (lines: string[], random: Random) => string | Buffer>> = {
  doubleLine: (lines, random) => {
    const at = random.below(lines.length);
    return joined(lines.toSpliced(at, 0, lines[at] as string));
  },
  otherLine: (lines, random) => joined(lines.with(random.below(lines.length), random.pick(LINES))),
  junkValue: (lines, random) =>
    inRow(lines, random, (row) => {
      const { name, type } = random.pick(JOB_DETAILS_COLUMNS);
      return { ...row, [name]: type === 'timestamp' ? '2026-13-01 00:00:00.000' : type === 'bigint' ? -1 : 7 };
    }),
  noColumn: (lines, random) =>
    inRow(lines, random, (row) => ({ ...row, [random.pick(JOB_DETAILS_COLUMNS).name]: undefined })),
  newColumn: (lines, random) => inRow(lines, random, (row) => ({ ...row, colour: 'red' })),
  notUtf8: (lines, random) => {
    const bytes = Buffer.from(joined(lines));
    return spliced(bytes, random.below(bytes.length - 1), 1, Buffer.from([0xff]));
  },
  noNewline: (lines) => joined(lines).slice(0, -1),
  junkTarget: (lines, random) => inDetails(lines, random, (row) => ({ ...row, targets: [random.pick([null, 7, {}])] })),
  junkCriterion: (lines, random) =>
    inDetails(lines, random, (row) => ({ ...row, abort_criteria: [random.pick([null, 7, {}])] })),
  otherSnapshot: (lines, random) =>
    inDetails(lines, random, (row) => ({ ...row, snapshot_id: '20200101T000000Z-all' })),
  otherSnapshotTime: (lines, random) => inDetails(lines, random, (row) => shifted(row, 'snapshot_at', 1)),
  foreignJob: (lines, random) => inDetails(lines, random, (row) => ({ ...row, job_id: 'nobody', job_arn: null })),
  noIdentity: (lines, random) => inDetails(lines, random, (row) => ({ ...row, job_id: '', job_arn: null })),
  otherCreation: (lines, random) =>
    inDetails(lines, random, (row) => (row.created_at === null ? row : shifted(row, 'created_at', 1000))),
  describedBefore: (lines, random) =>
    inDetails(lines, random, (row) => ({ ...row, described_at: '2020-01-01 00:00:00.000', progress_since: null })),
  progressEarlier: (lines, random) => inDetails(lines, random, (row) => shifted(row, 'progress_since', -1)),
  progressLater: (lines, random) => inDetails(lines, random, (row) => shifted(row, 'progress_since', 1)),
  otherThingsBefore: (lines, random) =>
    inDetails(lines, random, (row) => ({ ...row, previous_things_done: (row.previous_things_done ?? 0) + 1 })),
  beforeEarlier: (lines, random) => inDetails(lines, random, (row) => shifted(row, 'previous_described_at', -1)),
  beforeLater: (lines, random) => inDetails(lines, random, (row) => shifted(row, 'previous_described_at', 1)),
  oneWithoutBefore: (lines, random) => {
    const known = [...lines.keys()].filter((i) => JSON.parse(lines[i] as string).previous_described_at !== null);
    if (known.length < 2) return joined(lines);
    const at = random.pick(known);
    const fields = { previous_described_at: null, previous_things_done: null };
    return joined(lines.with(at, JSON.stringify({ ...JSON.parse(lines[at] as string), ...fields })));
  },
  // Null in all rows may be true: what the run could read is unknown.
  oneWithoutProgress: (lines, random) => {
    const known = [...lines.keys()].filter((i) => JSON.parse(lines[i] as string).progress_since !== null);
    if (known.length < 2) return joined(lines);
    const at = random.pick(known);
    return joined(lines.with(at, JSON.stringify({ ...JSON.parse(lines[at] as string), progress_since: null })));
  },
};

/** Damages to the fields of a record. */
const RECORD: Readonly<Record<string, (record: SnapshotRecord, random: Random) => unknown>> = {
  junk: (_record, random) => random.pick(JUNK),
  junkValue: (record, random) => ({ ...record, [random.pick(SNAPSHOTS_COLUMNS).name]: random.pick(JUNK) }),
  noColumn: (record, random) => ({ ...record, [random.pick(SNAPSHOTS_COLUMNS).name]: undefined }),
  newColumn: (record) => ({ ...record, colour: 'red' }),
  junkListing: (record, random) => inListing(record, random, () => random.pick(JUNK)),
  junkField: (record, random) =>
    inListing(record, random, (listing) => ({ ...listing, [random.pick(LISTING_FIELDS).name]: random.pick(JUNK) })),
  noField: (record, random) =>
    inListing(record, random, (listing) => ({ ...listing, [random.pick(LISTING_FIELDS).name]: undefined })),
  otherCount: (record, random) => ({ ...record, job_count: record.job_count + 1 + random.below(9) }),
  twoCounts: (record, random) => ({
    ...(inListing(record, random, (listing) => ({ ...listing, job_count: listing.job_count + 1 })) as object),
    job_count: record.job_count + 1,
  }),
  doubleListing: (record, random) => ({ ...record, listings: [...record.listings, random.pick(record.listings)] }),
  noListing: (record) => ({ ...record, listings: [] }),
  otherPrevious: (record) =>
    isLinked(record) ? { ...record, previous_snapshot_id: '20200101T000000Z-export-0' } : record,
  noPrevious: (record) => (isLinked(record) ? { ...record, previous_snapshot_id: null } : record),
  ownPrevious: (record) => (isLinked(record) ? { ...record, previous_snapshot_id: record.snapshot_id } : record),
  bothLinks: (record) => (isLinked(record) ? { ...record, unlinked_reason: 'FIRST' } : record),
  otherReason: (record) => (isLinked(record) ? record : { ...record, unlinked_reason: 'NONE' }),
  changeCount: (record, random) =>
    isLinked(record) ? { ...record, change_count: (record.change_count ?? 0) + 1 + random.below(9) } : record,
  changesOfNone: (record) => (isLinked(record) ? record : { ...record, change_count: 0 }),
  forgottenChanges: (record) =>
    record.change_count
      ? { ...record, change_count: 0, changes_key: null, changes_bytes: null, changes_sha256: null }
      : record,
  unlinked: (record) =>
    record.change_count
      ? {
          ...record,
          ...{ previous_snapshot_id: null, unlinked_reason: 'FIRST' },
          ...{ change_count: null, changes_key: null, changes_bytes: null, changes_sha256: null },
        }
      : record,
  detailCount: (record, random) =>
    isDescribed(record) ? { ...record, detail_count: record.detail_count + 1 + random.below(9) } : record,
  noLeftOut: (record) => (isDescribed(record) ? { ...record, details_left_out: null } : record),
  noDetailCount: (record) => (isDescribed(record) ? { ...record, detail_count: null } : record),
  detailsOfNone: (record) => (isDescribed(record) ? record : { ...record, detail_count: 0 }),
  owedTwice: (record) =>
    record.details_owed?.[0] ? { ...record, details_owed: [...record.details_owed, record.details_owed[0]] } : record,
  otherDetailsKey: (record) => (record.details_key ? { ...record, details_key: record.object_key } : record),
  otherDetailsBytes: (record, random) =>
    record.details_bytes ? { ...record, details_bytes: record.details_bytes + 1 + random.below(9) } : record,
  otherDetailsSha256: (record) => (record.details_sha256 ? { ...record, details_sha256: '0'.repeat(64) } : record),
  forgottenDetails: (record) =>
    record.detail_count
      ? { ...record, detail_count: 0, details_key: null, details_bytes: null, details_sha256: null }
      : record,
  detailsNotAskedFor: (record) =>
    record.detail_count
      ? {
          ...record,
          ...{ detail_count: null, details_left_out: null, details_owed: null, details_turn: null },
          ...{ details_key: null, details_bytes: null, details_sha256: null },
        }
      : record,
  someColumns: (record, random) => {
    const added = SNAPSHOTS_COLUMNS.filter((column) => 'mayBeAbsent' in column);
    return { ...record, [random.pick(added).name]: isLinked(record) ? undefined : null };
  },
};

/** Wrong keys. Each keeps the part before the partitions. */
const KEYS: Readonly<Record<string, (key: string, random: Random) => string>> = {
  day: (key) => key.replace(/dt=\d{4}/, 'dt=2020'),
  noDay: (key) => key.replace(/dt=[^/]*\//, ''),
  export: (key) => key.replace('export_name=', 'export_name=x'),
  region: (key) => key.replace('region=eu-west-1', 'region=eu-west-2'),
  account: (key) => key.replace('account_id=1', 'account_id=2'),
  shortAccount: (key) => key.replace('account_id=1', 'account_id='),
  partition: (key) => key.replace('export_name=', 'export='),
  second: (key) => key.replace(/(\d{2})Z-/, '59Z-'),
  noSuchHour: (key) => key.replace(/T\d{2}/, 'T25'),
  suffix: (key, random) => random.pick([`${key}.tmp`, `${key}~`, key.replace('ndjson', 'json'), `${key}.gz`]),
  upperCase: (key) => key.replace(/[^/]*$/, (name) => name.toUpperCase()),
  hidden: (key, random) => key.replace(/[^/]*$/, (name) => random.pick(['_', '.']) + name),
  folder: (key) => key.replace(/[^/]*$/, (name) => `old/${name}`),
};

/** All kinds of damage, by name. */
export const DAMAGES: Readonly<Record<string, Damage>> = Object.fromEntries([
  ...Object.entries(BYTES).flatMap(([name, change]) => [
    [`rows: bytes, ${name}`, onBody(jobsKey, change)] as const,
    [`changes: bytes, ${name}`, onBody(changesKey, change)] as const,
    [`details: bytes, ${name}`, onBody(detailsKey, change)] as const,
    [`record: bytes, ${name}`, onBody(recordKey, change)] as const,
  ]),
  ...Object.entries(CHANGED).map(([name, change]) => [`changes: ${name}`, onChanges(change)] as const),
  ...Object.entries(DETAILED).map(([name, change]) => [`details: ${name}`, onDetails(change)] as const),
  ...Object.entries(ROWS).map(([name, change]) => [`rows: ${name}`, onRows(change)] as const),
  ...Object.entries(RECORD).map(([name, change]) => [`record: ${name}`, onRecord(change)] as const),
  ...Object.entries(KEYS).flatMap(([name, rename]) => [
    [`rows: key, ${name}`, onKey(jobsKey, rename)] as const,
    [`changes: key, ${name}`, onKey(changesKey, rename)] as const,
    [`copy of changes: key, ${name}`, onCopy(changesKey, rename)] as const,
    [`details: key, ${name}`, onKey(detailsKey, rename)] as const,
    [`copy of details: key, ${name}`, onCopy(detailsKey, rename)] as const,
    [`record: key, ${name}`, onKey(recordKey, rename)] as const,
    [`copy of rows: key, ${name}`, onCopy(jobsKey, rename)] as const,
    [`copy of record: key, ${name}`, onCopy(recordKey, rename)] as const,
  ]),
  ['rows: gone', onGone(jobsKey)],
  ['record: gone', onGone(recordKey)],
  ['changes: gone', onGone(changesKey)],
  ['details: gone', onGone(detailsKey)],
  ['changes: some where there are none', withSome(changesKey)],
  ['details: some where there are none', withSome(detailsKey)],
  ['details: a row too few', withoutDetail],
  ['details: their intent left beside them', onCopy(detailsKey, intentBeside)],
  ['rows: those of another snapshot', onOther(jobsKey)],
  ['changes: those of another snapshot', onOther(changesKey)],
  ['details: those of another snapshot', onOther(detailsKey)],
  ['record: that of another snapshot', onOther(recordKey)],
]);

/** As if an intent had been moved below the prefix of its table. */
function intentBeside(key: string): string {
  return key.replace(/[^/]*$/, (name) => name.replace('.ndjson', `.${'0'.repeat(64)}.details.ndjson`));
}

type KeyOf = (identity: SnapshotIdentity) => string;

function onBody(keyOf: KeyOf, change: (body: Buffer, random: Random) => Buffer): Damage {
  return ({ identity, objects, random }) => {
    const key = keyOf(identity);
    const body = objects.get(key);
    // A snapshot without changes or details has no object of them.
    if (body === undefined) return [];
    const before = Buffer.from(body);
    const after = change(before, random);
    objects.set(key, after);
    if (after.equals(before)) return [];
    if (key !== recordKey(identity)) return [[key]];
    return isUndetectable(before, after) ? [] : [anyOf(identity)];
  };
}

function onChanges(change: (lines: string[], random: Random) => string | Buffer): Damage {
  return ({ identity, objects, random }) => {
    const [key, recordIs] = [changesKey(identity), recordKey(identity)];
    const stored = objects.get(key);
    if (stored === undefined) return [];
    const before = gunzipSync(stored).toString();
    const text = Buffer.from(change(before.split('\n').slice(0, -1), random));
    if (text.toString() === before) return [];
    const body = gzipSync(text, { level: 1 });
    const changes_sha256 = createHash('sha256').update(body).digest('hex');
    const change_count =
      text.filter((byte) => byte === 0x0a).length + (text.at(-1) === 0x0a || text.length === 0 ? 0 : 1);
    const isNone = change_count === 0;
    const fields = isNone
      ? { change_count, changes_key: null, changes_bytes: null, changes_sha256: null }
      : { change_count, changes_bytes: body.length, changes_sha256 };
    if (isNone) objects.delete(key);
    else objects.set(key, body);
    objects.set(recordIs, lineOf({ ...recordOf(objects.get(recordIs)), ...fields }));
    return [[key, recordIs]];
  };
}

/** An object that no record names. */
function withSome(keyOf: KeyOf): Damage {
  return ({ identity, objects }) => {
    const key = keyOf(identity);
    if (objects.has(key)) return [];
    objects.set(key, gzipSync(''));
    return [[key]];
  };
}

function onDetails(change: (lines: string[], random: Random) => string | Buffer): Damage {
  return ({ identity, objects, random }) => {
    const [key, recordIs] = [detailsKey(identity), recordKey(identity)];
    const stored = objects.get(key);
    if (stored === undefined) return [];
    const before = gunzipSync(stored).toString();
    const text = Buffer.from(change(before.split('\n').slice(0, -1), random));
    if (text.toString() === before) return [];
    putDetails(objects, identity, text);
    const detail_count = text.filter((byte) => byte === 0x0a).length + (text.at(-1) === 0x0a ? 0 : 1);
    objects.set(recordIs, lineOf({ ...recordOf(objects.get(recordIs)), detail_count }));
    return [[key]];
  };
}

/** The record has the new size and checksum, and the old count. */
function withoutDetail({ identity, objects, random }: Victim): readonly (readonly string[])[] {
  const key = detailsKey(identity);
  const stored = objects.get(key);
  if (stored === undefined) return [];
  const lines = gunzipSync(stored).toString().split('\n').slice(0, -1);
  putDetails(objects, identity, Buffer.from(joined(lines.toSpliced(random.below(lines.length), 1))));
  return [[key]];
}

function putDetails(objects: Objects, identity: SnapshotIdentity, text: Buffer): void {
  const body = gzipSync(text, { level: 1 });
  const details_sha256 = createHash('sha256').update(body).digest('hex');
  objects.set(detailsKey(identity), body);
  const record = recordOf(objects.get(recordKey(identity)));
  objects.set(recordKey(identity), lineOf({ ...record, details_bytes: body.length, details_sha256 }));
}

function onRows(change: (lines: string[], random: Random) => string | Buffer): Damage {
  return ({ identity, objects, random }) => {
    const [rows, record] = [jobsKey(identity), recordKey(identity)];
    const lines = gunzipSync(objects.get(rows) as Uint8Array)
      .toString()
      .split('\n')
      .slice(0, -1);
    if (lines.length === 0) return [];
    const text = change(lines, random);
    if (text === joined(lines)) return [];
    const body = gzipSync(text, { level: 1 });
    objects.set(rows, body);
    const object_sha256 = createHash('sha256').update(body).digest('hex');
    objects.set(record, lineOf({ ...recordOf(objects.get(record)), object_bytes: body.length, object_sha256 }));
    return [[rows]];
  };
}

function onRecord(change: (record: SnapshotRecord, random: Random) => unknown): Damage {
  return ({ identity, objects, random }) => {
    const key = recordKey(identity);
    const before = objects.get(key) as Uint8Array;
    const after = lineOf(change(recordOf(before), random));
    objects.set(key, after);
    return isUndetectable(before, after) ? [] : [anyOf(identity)];
  };
}

function onKey(keyOf: KeyOf, rename: (key: string, random: Random) => string): Damage {
  return (victim) => {
    const renamed = onCopy(keyOf, rename)(victim);
    return [...renamed, ...onGone(keyOf)(victim)];
  };
}

function onCopy(keyOf: KeyOf, rename: (key: string, random: Random) => string): Damage {
  return ({ identity, objects, random }) => {
    const key = keyOf(identity);
    const body = objects.get(key);
    if (body === undefined) return [];
    const other = rename(key, random);
    objects.set(other, body);
    return [[other]];
  };
}

function onGone(keyOf: KeyOf): Damage {
  return ({ identity, objects }) => {
    const key = keyOf(identity);
    if (!objects.delete(key)) return [];
    return [[key === recordKey(identity) ? jobsKey(identity) : key]];
  };
}

function onOther(keyOf: KeyOf): Damage {
  return ({ identity, objects, random }) => {
    const key = keyOf(identity);
    const like = key.split('/')[0] as string;
    const others = [...objects.keys()].filter((other) => other.startsWith(`${like}/`) && other !== key).sort();
    if (others.length === 0) return [];
    const before = objects.get(key);
    if (before === undefined) return [];
    const after = objects.get(random.pick(others)) as Uint8Array;
    objects.set(key, after);
    // An earlier damage may have put this snapshot's own object there.
    return after === before ? [] : [[key]];
  };
}

/** Where two objects of a snapshot disagree, one of them is named. */
function anyOf(identity: SnapshotIdentity): readonly string[] {
  return [recordKey(identity), jobsKey(identity), changesKey(identity), detailsKey(identity)];
}

/**
 * Whether nothing that is stored contradicts the changed record. Not checked are
 * - when the run began and ended, within what the rows leave open, the exporter's version and the schedule: they stand
 *   nowhere else;
 * - listings without a job: what was asked for stands nowhere else, nor does whether a group exists;
 * - how many jobs were to be described and are not, and which of those that have ended; which one's turn it is;
 * - the filters, as far as nothing changed and no row has them;
 * - which snapshot is the one before, of those in which all is the same.
 */
function isUndetectable(before: Uint8Array, after: Uint8Array): boolean {
  try {
    return evidence(recordOf(before)) === evidence(recordOf(after));
  } catch {
    return false;
  }
}

function evidence(record: SnapshotRecord): string {
  const { started_at, finished_at, exporter_version, schedule, target_selection, namespace_id, ...others } = record;
  if (![started_at, finished_at, exporter_version].every((value) => typeof value === 'string')) throw new TypeError();
  const { details_left_out, details_owed, details_turn, ...held } = others;
  const areOwed =
    Array.isArray(details_owed) &&
    details_owed.every((one, i) => typeof one === 'string' && details_owed.indexOf(one) === i);
  const next = [areOwed ? 'some' : details_owed, typeof details_turn === 'string' ? 'some' : details_turn];
  const leftOut = Number.isSafeInteger(details_left_out) && Number(details_left_out) >= 0 ? 'some' : details_left_out;
  const { previous_snapshot_id, ...rest } = held;
  const previous = held.change_count === 0 && typeof previous_snapshot_id === 'string' ? 'any' : previous_snapshot_id;
  const isOfTypes = [schedule?.expression ?? '', schedule?.time_zone ?? '', target_selection ?? '', namespace_id ?? ''];
  if (!isOfTypes.every((value) => typeof value === 'string')) throw new TypeError();
  const listings = record.listings.filter((listing) => listing?.job_count !== 0);
  // A column that is there as null, and one that is not, differ.
  return JSON.stringify([Object.keys(record), { ...rest, previous, listings, leftOut, next }]);
}

function isDescribed(record: SnapshotRecord): record is SnapshotRecord & { readonly detail_count: number } {
  return typeof record.detail_count === 'number';
}

function isLinked({ previous_snapshot_id }: SnapshotRecord): boolean {
  return typeof previous_snapshot_id === 'string';
}

export function recordOf(body: Uint8Array | undefined): SnapshotRecord {
  return JSON.parse(Buffer.from(body as Uint8Array).toString());
}

function lineOf(value: unknown): Buffer {
  return Buffer.from(`${JSON.stringify(value)}\n`);
}

function joined(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}

function inRow(lines: string[], random: Random, edit: (row: object) => object): string {
  const at = random.below(lines.length);
  return joined(lines.with(at, JSON.stringify(edit(JSON.parse(lines[at] as string)))));
}

/** In a row that has ages; none where there is none, as in one of an older version. */
function inAgedRow(lines: string[], random: Random, edit: (row: JobRow) => object): string {
  const aged = [...lines.keys()].filter((i) => JSON.parse(lines[i] as string).status_since !== undefined);
  if (aged.length === 0) return joined(lines);
  const at = random.pick(aged);
  return joined(lines.with(at, JSON.stringify(edit(JSON.parse(lines[at] as string)))));
}

function inChange(lines: string[], random: Random, edit: (row: ChangeRow) => object): string {
  return inRow(lines, random, (row) => edit(row as ChangeRow));
}

function inDetails(lines: string[], random: Random, edit: (row: JobDetailsRow) => object): string {
  return inRow(lines, random, (row) => edit(row as JobDetailsRow));
}

/** A row with a time some milliseconds off; what is null is a time then. */
function shifted<T extends object>(row: T, column: keyof T, ms: number): T {
  const value = row[column] as string | null;
  const at = value === null ? Date.UTC(2026, 0) : Date.parse(`${value.replace(' ', 'T')}Z`);
  return { ...row, [column]: new Date(at + ms).toISOString().slice(0, 23).replace('T', ' ') };
}

function inListing(
  record: SnapshotRecord,
  random: Random,
  edit: (listing: SnapshotRecord['listings'][number]) => unknown,
) {
  const at = random.below(record.listings.length);
  return { ...record, listings: record.listings.map((listing, i) => (i === at ? edit(listing) : listing)) };
}

function spliced(body: Buffer, from: number, count: number, inserted: Buffer = Buffer.alloc(0)): Buffer {
  return Buffer.concat([body.subarray(0, from), inserted, body.subarray(from + count)]);
}
