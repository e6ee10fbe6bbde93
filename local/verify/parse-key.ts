import { EXPORT_NAME } from '../../lambda/contract/jobs.ts';
import {
  JOBS_PREFIX,
  JOBS_SUFFIX,
  jobsKey,
  recordKey,
  SNAPSHOTS_SUFFIX,
  type SnapshotIdentity,
  snapshotId,
  utcDate,
} from '../../lambda/contract/keys.ts';

const KEY =
  /^(?:jobs|snapshots)\/account_id=(?<accountId>\d{12})\/region=(?<region>[a-z0-9-]+)\/export_name=(?<exportName>[a-z0-9-]+)\/dt=(?<dt>\d{4}-\d{2}-\d{2})\/(?<name>[^/]+)$/;
const ID = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z-/;

/** The snapshot that a key of rows or of a record names; `undefined` for a key that is not of the data contract. */
export function parseKey(key: string): SnapshotIdentity | undefined {
  const { accountId, region, exportName, dt, name = '' } = KEY.exec(key)?.groups ?? {};
  const scheduledAt = timeOf(name);
  if (!accountId || !region || !exportName || scheduledAt === undefined || !EXPORT_NAME.pattern.test(exportName)) {
    return undefined;
  }
  const identity = { accountId, region, exportName, scheduledAt };
  const isConsistent = utcDate(scheduledAt) === dt && name === snapshotId(identity) + suffixOf(key);
  return isConsistent ? identity : undefined;
}

/** Why a key below `jobs/` or `snapshots/` is not one of the data contract, in words that follow it. */
export function keyProblem(key: string): string {
  const name = key.slice(key.lastIndexOf('/') + 1);
  return `is not a key of the data contract: ${reason(key, name)}`;
}

function reason(key: string, name: string): string {
  // Source: Amazon Athena User Guide, Troubleshooting, "Athena cannot read hidden files".
  if (/^[._]/.test(name)) return `Athena passes over names that begin with "${name.charAt(0)}"`;
  if (key !== key.toLowerCase().replace(/(\d{8})t(\d{6})z-/, '$1T$2Z-')) return 'its letters must be lower-case';
  if (!name.endsWith(suffixOf(key))) return `its name must end in ${suffixOf(key)}`;
  const { accountId = '', region = '', exportName = '' } = KEY.exec(key)?.groups ?? {};
  const scheduledAt = timeOf(name);
  if (!accountId || scheduledAt === undefined) return 'no table knows where it belongs';
  if (!EXPORT_NAME.pattern.test(exportName)) return `"${exportName}" must be ${EXPORT_NAME.mustBe}`;
  const identity = { accountId, region, exportName, scheduledAt };
  const expected = key.startsWith(`${JOBS_PREFIX}/`) ? jobsKey(identity) : recordKey(identity);
  return `its partitions and its name disagree, or its time does not exist; they would make ${expected}`;
}

function suffixOf(key: string): string {
  return key.startsWith(`${JOBS_PREFIX}/`) ? JOBS_SUFFIX : SNAPSHOTS_SUFFIX;
}

/** The scheduled time in a snapshot's id, epoch milliseconds. A time that does not exist gives another one, or none. */
function timeOf(name: string): number | undefined {
  const time = ID.exec(name);
  if (!time) return undefined;
  const [, year, month, day, hour, minute, second] = time;
  const scheduledAt = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(scheduledAt) ? undefined : scheduledAt;
}
