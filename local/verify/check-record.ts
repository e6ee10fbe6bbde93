import { LISTING_FIELDS, SNAPSHOTS_COLUMNS, type SnapshotRecord } from '../../lambda/contract/columns.ts';
import { jobsKey, type SnapshotIdentity, snapshotId } from '../../lambda/contract/keys.ts';
import { timestamp } from '../../lambda/core/timestamp.ts';

const TIME = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}\.\d{3}$/;

/** The record of a file, or what is wrong with the file as such. */
export function parseRecord(text: string): { record: SnapshotRecord } | { problem: string } {
  if (!text.endsWith('\n') || text.indexOf('\n') !== text.length - 1) {
    return { problem: 'the record is not one line that ends in a newline' };
  }
  let record: SnapshotRecord;
  try {
    record = JSON.parse(text);
  } catch {
    return { problem: 'the record is not JSON' };
  }
  const absent = SNAPSHOTS_COLUMNS.filter(({ name }) => record[name] == null).map(({ name }) => name);
  if (absent.length > 0) return { problem: `the record has no ${absent.join(', ')}` };
  const isListing = (listing: object) => LISTING_FIELDS.every(({ name }) => name in listing);
  if (!Array.isArray(record.listings) || !record.listings.every(isListing)) {
    return { problem: 'the listings of the record lack fields' };
  }
  return { record };
}

/** What a record says that cannot be, whatever its rows are. */
export function* checkRecord(record: SnapshotRecord, identity: SnapshotIdentity): Iterable<string> {
  const expected: readonly (readonly [keyof SnapshotRecord, string])[] = [
    ['snapshot_id', snapshotId(identity)],
    ['snapshot_at', timestamp(identity.scheduledAt)],
    ['object_key', jobsKey(identity)],
  ];
  for (const [column, value] of expected) {
    if (record[column] !== value) yield `${column} is ${record[column]}, and the key says ${value}`;
  }
  const { started_at, finished_at } = record;
  if (!TIME.test(started_at) || !TIME.test(finished_at))
    yield `the times ${started_at} and ${finished_at} are malformed`;
  else if (started_at > finished_at) yield `it finished at ${finished_at}, before it started at ${started_at}`;

  const sum = record.listings.reduce((total, listing) => total + listing.job_count, 0);
  if (sum !== record.job_count) yield `the listings add up to ${sum} jobs, and job_count is ${record.job_count}`;
  for (const listing of record.listings) {
    const scope = listing.thing_group_name ?? listing.queried_thing_group_id;
    if (listing.missing && listing.job_count > 0) yield `${scope} is missing and has ${listing.job_count} jobs`;
    if (listing.missing && scope === null) yield 'the account-wide listing is missing';
  }
}
