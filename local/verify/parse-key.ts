import { EXPORT_NAME } from '../../lambda/contract/jobs.ts';
import {
  CHANGES_PREFIX,
  CHANGES_SUFFIX,
  changesKey,
  DETAILS_PREFIX,
  DETAILS_SUFFIX,
  detailsKey,
  JOBS_PREFIX,
  JOBS_SUFFIX,
  jobsKey,
  recordKey,
  SNAPSHOTS_PREFIX,
  SNAPSHOTS_SUFFIX,
  type SnapshotIdentity,
  snapshotId,
  utcDate,
} from '../../lambda/contract/keys.ts';

/** The kinds of objects of a snapshot. */
const KINDS = [
  { prefix: JOBS_PREFIX, suffix: JOBS_SUFFIX, keyOf: jobsKey },
  { prefix: CHANGES_PREFIX, suffix: CHANGES_SUFFIX, keyOf: changesKey },
  { prefix: DETAILS_PREFIX, suffix: DETAILS_SUFFIX, keyOf: detailsKey },
  { prefix: SNAPSHOTS_PREFIX, suffix: SNAPSHOTS_SUFFIX, keyOf: recordKey },
] as const;
type Kind = (typeof KINDS)[number];

const KEY =
  /^(?:jobs|changes|details|snapshots)\/account_id=(?<accountId>\d{12})\/region=(?<region>[a-z0-9-]+)\/export_name=(?<exportName>[a-z0-9-]+)\/dt=(?<dt>\d{4}-\d{2}-\d{2})\/(?<name>[^/]+)$/;
const ID = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z-/;

/** Parses a key of rows, changes, details or a record; `undefined` if it does not conform to the data contract. */
export function parseKey(key: string): SnapshotIdentity | undefined {
  const { accountId, region, exportName, dt, name = '' } = KEY.exec(key)?.groups ?? {};
  const scheduledAt = scheduledTimeOf(name);
  if (!accountId || !region || !exportName || scheduledAt === undefined || !EXPORT_NAME.pattern.test(exportName)) {
    return undefined;
  }
  const identity = { accountId, region, exportName, scheduledAt };
  const isConsistent = utcDate(scheduledAt) === dt && name === snapshotId(identity) + kindOf(key).suffix;
  return isConsistent ? identity : undefined;
}

/** Parses a snapshot id of an export; `undefined` if it is none. */
export function parseSnapshotId(id: string, ofExport: SnapshotIdentity): SnapshotIdentity | undefined {
  const scheduledAt = scheduledTimeOf(id);
  if (scheduledAt === undefined) return undefined;
  const identity = { ...ofExport, scheduledAt };
  return snapshotId(identity) === id ? identity : undefined;
}

/** Why a key below the prefix of a table does not conform to the data contract, as a text that follows the key. */
export function keyProblem(key: string): string {
  const name = key.slice(key.lastIndexOf('/') + 1);
  return `is not a key of the data contract: ${reason(key, name)}`;
}

function reason(key: string, name: string): string {
  // Source: Amazon Athena User Guide, Troubleshooting, "Athena cannot read hidden files".
  if (/^[._]/.test(name)) return `Athena passes over names that begin with "${name.charAt(0)}"`;
  if (key !== key.toLowerCase().replace(/(\d{8})t(\d{6})z-/, '$1T$2Z-')) return 'its letters must be lower-case';
  const { suffix, keyOf } = kindOf(key);
  if (!name.endsWith(suffix)) return `its name must end in ${suffix}`;
  const { accountId = '', region = '', exportName = '' } = KEY.exec(key)?.groups ?? {};
  const scheduledAt = scheduledTimeOf(name);
  if (!accountId || scheduledAt === undefined) return 'no table knows where it belongs';
  if (!EXPORT_NAME.pattern.test(exportName)) return `"${exportName}" must be ${EXPORT_NAME.mustBe}`;
  const identity = { accountId, region, exportName, scheduledAt };
  return `its partitions and its name disagree, or its time does not exist; they would make ${keyOf(identity)}`;
}

function kindOf(key: string): Kind {
  return KINDS.find(({ prefix }) => key.startsWith(`${prefix}/`)) ?? KINDS[0];
}

/** The scheduled time in a snapshot id, epoch milliseconds. An invalid date gives another time, or `undefined`. */
function scheduledTimeOf(name: string): number | undefined {
  const time = ID.exec(name);
  if (!time) return undefined;
  const [, year, month, day, hour, minute, second] = time;
  const scheduledAt = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(scheduledAt) ? undefined : scheduledAt;
}
