import type { SnapshotRecord } from '../../../lambda/contract/columns.ts';
import type { Outcome } from '../../../lambda/contract/event.ts';
import type { DetailsResult } from '../../../lambda/ports.ts';
import { resultText } from '../../../local/cli/result.ts';

const RECORD = {
  change_count: 2,
  changes_key: 'changes/x.ndjson.gz',
  previous_snapshot_id: '20261123T170000Z-all',
  unlinked_reason: null,
} as SnapshotRecord;

function textOf(fields: Partial<SnapshotRecord>, outcome: Outcome = 'written', details?: DetailsResult): string[] {
  const answer = {
    snapshotId: '20261123T180000Z-all',
    objectKey: 'jobs/x',
    recordKey: 'snapshots/x',
    jobCount: 1234,
    outcome,
  };
  const context = {
    counts: { calls: 12, throttled: 0 },
    elapsedMs: 2040,
    details,
    nameOf: (key: string) => `history/${key}`,
  };
  return resultText(answer, { record: { ...RECORD, ...fields }, ...context }).split('\n');
}

test('says what was taken, and where it is', () => {
  expect(textOf({})).toEqual([
    '20261123T180000Z-all: written, 1,234 jobs in 2.0 s (12 calls)',
    '  rows    history/jobs/x',
    '  record  history/snapshots/x',
    '  changes 2 rows since 20261123T170000Z-all: history/changes/x.ndjson.gz',
  ]);
});

const unlinked = (unlinked_reason: string | null) => ({
  change_count: null,
  changes_key: null,
  previous_snapshot_id: null,
  unlinked_reason,
});

test.each([
  ['one', { change_count: 1 }, '1 row since 20261123T170000Z-all: history/changes/x.ndjson.gz'],
  ['none', { change_count: 0, changes_key: null }, 'none since 20261123T170000Z-all'],
  ['not known at first', unlinked('FIRST'), 'not known: there is no snapshot before'],
  ['not known of a late one', unlinked('LATE'), 'not known: a later snapshot existed already'],
  [
    'not known where the rows before are unreadable',
    unlinked('UNREADABLE'),
    'not known: the rows of the snapshot before could not be read, and all ages begin anew',
  ],
  ['not known of an older version', unlinked(null), 'not known: an older version took it'],
  ['not known of a newer version that has other reasons', unlinked('NEVER_ASKED'), 'not known: NEVER_ASKED'],
])('changes: %s', (_what, record, expected) => {
  for (const outcome of ['written', 'already-written', 'recovered'] as const) {
    expect(textOf(record, outcome).at(-1)).toBe(`  changes ${expected}`);
  }
});

describe('details', () => {
  const of = (detail_count: number | null, details_left_out: number | null) =>
    ({ detail_count, details_left_out, details_key: detail_count ? 'details/x.ndjson.gz' : null }) as const;

  test.each([
    ['all', of(12, 0), '  details 12 rows: history/details/x.ndjson.gz'],
    ['some', of(1, 1200), '  details 1 row, 1,200 jobs left out: history/details/x.ndjson.gz'],
    ['none', of(0, 1), '  details none, 1 job left out'],
    ['none to be described', of(0, 0), '  details none'],
  ])('of a snapshot that another run took: %s', (_what, record, expected) => {
    for (const outcome of ['already-written', 'recovered'] as const) {
      expect(textOf(record, outcome).at(-1)).toBe(expected);
    }
  });

  test('not requested, and of an older version: no line', () => {
    for (const record of [of(null, null), {}]) {
      expect(textOf(record).some((line) => line.includes('details'))).toBe(false);
    }
  });

  test('of the run itself: why jobs are left out', () => {
    const details = { described: 12, leftOut: 30, gone: 2, failed: 0, counts: { calls: 14, throttled: 0 } };
    expect(textOf(of(12, 30), 'written', details).at(-1)).toBe(
      '  details 12 rows, 30 left out (2 gone, 28 more than --details asks for): history/details/x.ndjson.gz',
    );
  });
});
