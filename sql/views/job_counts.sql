-- question: How many jobs were in each status, snapshot by snapshot?
-- reads: the records of the requested days, no rows
-- column snapshot_id varchar: Snapshot
-- column snapshot_at timestamp(3): Scheduled time of the snapshot
-- column scope varchar: Thing group by name or by id, or account-wide
-- column thing_group_name varchar: Scope by name
-- column queried_thing_group_id varchar: Scope by id
-- column status varchar: Requested status
-- column job_count bigint: Jobs listed; 0 says that there are none only where missing is false
-- column missing boolean: Whether the thing group does not exist; null where that is not known
-- column unlinked_reason varchar: LATE = counted after snapshot_at, when a later snapshot existed; else as in snapshots
-- column account_id varchar: AWS account
-- column region varchar: AWS Region
-- column export_name varchar: Export
-- column dt varchar: UTC date of the snapshot
--
-- A row per snapshot and per scope and status that it listed. A job in several scopes is in the count of each of them:
-- compare scopes, do not add them up. To see what was there at a time, leave out LATE snapshots (unlinked_snapshots):
-- WHERE COALESCE(unlinked_reason, '') <> 'LATE'.
WITH numbered AS (
  SELECT
    s.snapshot_id,
    s.snapshot_at,
    s.listings[t.i] AS listing,
    s.unlinked_reason,
    s.account_id,
    s.region,
    s.export_name,
    s.dt
  FROM snapshots s
  -- In thousands, because Trino refuses a sequence of more than 10,000.
  CROSS JOIN UNNEST(sequence(0, CAST(floor((cardinality(s.listings) - 1) / 1000.0e0) AS bigint))) AS p(k)
  CROSS JOIN UNNEST(sequence(p.k * 1000 + 1, least(p.k * 1000 + 1000, cardinality(s.listings)))) AS t(i)
)
SELECT
  snapshot_id,
  snapshot_at,
  COALESCE(listing.thing_group_name, listing.queried_thing_group_id, 'account-wide') AS scope,
  listing.thing_group_name AS thing_group_name,
  listing.queried_thing_group_id AS queried_thing_group_id,
  listing.status AS status,
  listing.job_count AS job_count,
  listing.missing AS missing,
  unlinked_reason,
  account_id,
  region,
  export_name,
  dt
FROM numbered
