import { typeCheck } from '../../lambda/contract/column-types.ts';
import { type ListingElement, SNAPSHOTS_COLUMNS, type SnapshotRecord } from '../../lambda/contract/columns.ts';
import { JOB_STATUSES } from '../../lambda/contract/jobs.ts';
import { jobsKey, type SnapshotIdentity, snapshotId } from '../../lambda/contract/keys.ts';
import { ACCOUNT_WIDE, scopeKey, scopeName } from '../../lambda/contract/scope.ts';
import { timestamp } from '../../lambda/core/timestamp.ts';
import { checkLink } from './check-link.ts';
import { Problems } from './problems.ts';

const checkTypes = typeCheck(SNAPSHOTS_COLUMNS);
const ACCOUNT_KEY = scopeKey(ACCOUNT_WIDE);

export interface CheckedRecord {
  /** Absent if the text is no record. */
  readonly record?: SnapshotRecord;
  /** Texts that follow the object's name. */
  readonly problems: readonly string[];
}

/** Parses and checks a record without its rows. */
export function checkRecord(text: string, identity: SnapshotIdentity): CheckedRecord {
  const end = text.indexOf('\n');
  if (end < 0 || end !== text.length - 1) return { problems: ['is not one line that ends in a newline'] };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { problems: ['is not JSON'] };
  }
  const problems = new Problems();
  for (const fault of checkTypes(value)) problems.add('types', fault);
  if (problems.all.length > 0) return { problems: problems.all };
  const record = value as SnapshotRecord;
  if (`${JSON.stringify(record)}\n` !== text) {
    problems.add('text', 'is not as the exporter writes it: it has spaces, or a key twice, or a value in another form');
  }
  checkColumns(record, identity, problems);
  checkListings(record.listings, problems);
  checkLink(record, identity, problems);
  return { record, problems: problems.all };
}

function checkColumns(record: SnapshotRecord, identity: SnapshotIdentity, problems: Problems): void {
  const expected: readonly (readonly [keyof SnapshotRecord, string])[] = [
    ['snapshot_id', snapshotId(identity)],
    ['snapshot_at', timestamp(identity.scheduledAt)],
    ['object_key', jobsKey(identity)],
  ];
  for (const [column, value] of expected) {
    if (record[column] !== value) {
      problems.add('key', `has ${column} ${record[column]}, and its own key says ${value}`);
    }
  }
  const { started_at, finished_at, job_count } = record;
  if (started_at > finished_at) problems.add('time', `has finished_at ${finished_at} before started_at ${started_at}`);
  const sum = record.listings.reduce((total, listing) => total + listing.job_count, 0);
  if (sum !== job_count) problems.add('count', `has listings of ${sum} jobs in all, and job_count ${job_count}`);
}

/** There is one listing per scope and requested status; all listings of a scope agree on `missing`. */
function checkListings(listings: readonly ListingElement[], problems: Problems): void {
  if (listings.length === 0) problems.add('listings', 'has no listing');
  const statuses = new Set(listings.map(({ status }) => status));
  for (const status of statuses) {
    if (!(JOB_STATUSES as readonly string[]).includes(status)) {
      problems.add('status', `has a listing of status ${status}, which ListJobs does not take`);
    }
  }
  for (const [key, scopeListings] of Map.groupBy(listings, scopeKey)) {
    const [first] = scopeListings as [ListingElement];
    const name = scopeName(first);
    if (first.thing_group_name !== null && first.queried_thing_group_id !== null) {
      problems.add('scope', `has a listing of a thing group by name and by id, ${name}`);
    }
    const scopeStatuses = new Set(scopeListings.map(({ status }) => status));
    if (scopeStatuses.size < scopeListings.length) problems.add('twice', `has two listings of ${name} with one status`);
    if (scopeStatuses.size < statuses.size) problems.add('statuses', `has no listing of ${name} for some status`);
    checkMissing(scopeListings, name, key === ACCOUNT_KEY, problems);
  }
}

function checkMissing(
  scopeListings: readonly ListingElement[],
  name: string,
  isAccount: boolean,
  problems: Problems,
): void {
  const [first] = scopeListings as [ListingElement];
  if (scopeListings.some(({ missing }) => missing !== first.missing)) {
    problems.add('missing', `has listings of ${name} that differ in missing`);
  }
  if (isAccount && scopeListings.some(({ missing }) => missing !== false)) {
    problems.add('missing', 'has an account-wide listing that is missing');
  }
  if (scopeListings.some(({ missing, job_count }) => missing !== false && job_count > 0)) {
    problems.add('missing', `has jobs of ${name}, and says that it is missing or may be`);
  }
}
