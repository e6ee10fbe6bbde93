import type { SnapshotRecord } from '../../lambda/contract/columns.ts';

/** Fields of a record of a snapshot without filters, predecessor, changes, schedule and details. */
export const MINIMAL_RECORD = {
  target_selection: null,
  namespace_id: null,
  previous_snapshot_id: null,
  unlinked_reason: null,
  change_count: null,
  changes_key: null,
  changes_bytes: null,
  changes_sha256: null,
  schedule: null,
  detail_count: null,
  details_left_out: null,
  details_key: null,
  details_bytes: null,
  details_sha256: null,
  details_owed: null,
  details_turn: null,
} as const satisfies Partial<SnapshotRecord>;
