import {
  JOBS_SUFFIX,
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
  const { accountId, region, exportName, dt, name } = KEY.exec(key)?.groups ?? {};
  const suffix = key.startsWith('jobs/') ? JOBS_SUFFIX : SNAPSHOTS_SUFFIX;
  const time = ID.exec(name ?? '');
  if (!accountId || !region || !exportName || !time || !name?.endsWith(suffix)) return undefined;
  const [, year, month, day, hour, minute, second] = time;
  const scheduledAt = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  const identity = { accountId, region, exportName, scheduledAt };
  const isConsistent =
    !Number.isNaN(scheduledAt) && utcDate(scheduledAt) === dt && name === snapshotId(identity) + suffix;
  return isConsistent ? identity : undefined;
}
