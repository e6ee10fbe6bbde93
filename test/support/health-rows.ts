import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ExportHealthRow } from '../../lambda/contract/health.ts';
import { HEALTH_KEY } from '../../lambda/contract/keys.ts';

/** An export that reports hourly, as a look at half past 18 finds it. */
export const REPORTING: ExportHealthRow = {
  looked_at: '2026-11-23 18:30:00.000',
  account_id: '111111111111',
  region: 'eu-west-1',
  export_name: 'all',
  state: 'REPORTING',
  expected: true,
  expected_since: '2026-10-01 12:00:00.000',
  first_snapshot_at: '2026-10-01 13:00:00.000',
  newest_snapshot_id: '20261123T180000Z-all',
  newest_snapshot_at: '2026-11-23 18:00:00.000',
  newest_finished_at: '2026-11-23 18:00:31.250',
  schedule: { expression: 'cron(0 * * * ? *)', time_zone: 'UTC' },
  due_at: '2026-11-23 19:00:00.000',
  late_at: '2026-11-23 20:20:00.000',
  missing_thing_groups: [],
  new_snapshots: 1,
  unlinked_snapshots: 0,
  stack_status: 'CURRENT',
  stack_status_reason: null,
};

/** It stopped at noon. */
export const LATE: ExportHealthRow = {
  ...REPORTING,
  account_id: '222222222222',
  state: 'LATE',
  newest_snapshot_id: '20261123T120000Z-all',
  newest_snapshot_at: '2026-11-23 12:00:00.000',
  newest_finished_at: '2026-11-23 12:00:31.250',
  due_at: '2026-11-23 13:00:00.000',
  late_at: '2026-11-23 14:20:00.000',
  new_snapshots: 0,
};

const NONE_YET = {
  first_snapshot_at: null,
  newest_snapshot_id: null,
  newest_snapshot_at: null,
  newest_finished_at: null,
  missing_thing_groups: null,
  new_snapshots: 0,
  unlinked_snapshots: 0,
} as const;

/** It is expected since yesterday, and has never come. */
export const NEVER: ExportHealthRow = {
  ...REPORTING,
  ...NONE_YET,
  account_id: '333333333333',
  state: 'NEVER',
  expected_since: '2026-11-22 18:30:00.000',
  due_at: '2026-11-22 19:00:00.000',
  late_at: '2026-11-22 20:20:00.000',
};

/** Its account has joined a quarter of an hour ago. */
export const AWAITED: ExportHealthRow = {
  ...REPORTING,
  ...NONE_YET,
  account_id: '444444444444',
  state: 'AWAITED',
  expected_since: '2026-11-23 18:15:00.000',
};

/** CloudFormation may not make its stack. */
export const FAILED: ExportHealthRow = {
  ...NEVER,
  account_id: '555555555555',
  state: 'FAILED',
  stack_status: 'INOPERABLE',
  stack_status_reason: 'Account 555555555555 should have AWSControlTowerExecution role',
};

/** Its account left a month ago. */
export const LEFT: ExportHealthRow = {
  ...LATE,
  account_id: '666666666666',
  state: 'LEFT',
  expected: false,
  expected_since: null,
  newest_snapshot_id: '20261020T120000Z-all',
  newest_snapshot_at: '2026-10-20 12:00:00.000',
  newest_finished_at: '2026-10-20 12:00:31.250',
  due_at: '2026-10-20 13:00:00.000',
  late_at: '2026-10-20 14:20:00.000',
  stack_status: null,
};

/** One snapshot that a person took, without a schedule. */
export const UNKNOWN: ExportHealthRow = {
  ...REPORTING,
  account_id: '777777777777',
  export_name: 'once',
  state: 'UNKNOWN',
  expected: null,
  expected_since: null,
  schedule: null,
  due_at: null,
  late_at: null,
  missing_thing_groups: null,
  new_snapshots: null,
  unlinked_snapshots: null,
  stack_status: null,
};

/** Writes what a look found, in the place of the look before. */
export function writeHealth(directory: string, rows: readonly ExportHealthRow[]): void {
  const path = join(directory, HEALTH_KEY);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
}
