import { changesKey, detailsIntentKey, detailsKey, jobsKey, recordKey } from '../../../lambda/contract/keys.ts';
import { keyProblem, parseKey, parseSnapshotId } from '../../../local/verify/parse-key.ts';

const IDENTITY = {
  accountId: '123456789012',
  region: 'eu-west-1',
  exportName: 'all',
  scheduledAt: Date.parse('2026-11-23T18:00:00Z'),
};
const ROWS = jobsKey(IDENTITY);
const RECORD = recordKey(IDENTITY);
const CHANGES = changesKey(IDENTITY);
const DETAILS = detailsKey(IDENTITY);

it('reads the keys of rows, of changes, of details and of records', () => {
  expect([ROWS, CHANGES, DETAILS, RECORD].map(parseKey)).toEqual([IDENTITY, IDENTITY, IDENTITY, IDENTITY]);
});

it('reads the ids of an export, and no others', () => {
  expect(parseSnapshotId('20261123T180000Z-all', IDENTITY)).toEqual(IDENTITY);
  for (const id of [
    '',
    '20261123T180000Z-al',
    '20261123T180000Z-all2',
    '20261123T250000Z-all',
    '20261131T000000Z-all',
  ]) {
    expect(parseSnapshotId(id, IDENTITY)).toBeUndefined();
  }
});

it.each([
  ['a wrong day', ROWS.replace('dt=2026-11-23', 'dt=2026-11-24'), /they would make jobs\/.*dt=2026-11-23/],
  ['a wrong export', RECORD.replace('export_name=all', 'export_name=al'), /they would make snapshots\/.*Z-al\.ndjson/],
  ['changes of a wrong day', CHANGES.replace('dt=2026-11-23', 'dt=2026-11-24'), /they would make changes\/.*-11-23\//],
  ['changes that are not compressed', CHANGES.replace('.gz', ''), /its name must end in \.ndjson\.gz/],
  ['details of a wrong day', DETAILS.replace('dt=2026-11-23', 'dt=2026-11-24'), /they would make details\/.*-11-23\//],
  ['details that are not compressed', DETAILS.replace('.gz', ''), /its name must end in \.ndjson\.gz/],
  [
    'an intent below the prefix of its table',
    DETAILS.replace(/[^/]*$/, detailsIntentKey(IDENTITY, '0'.repeat(64)).replace(/.*\//, '')),
    /they would make details\/.*\/20261123T180000Z-all\.ndjson\.gz/,
  ],
  ['a wrong partition', ROWS.replace('region=', 'area='), /no table knows where it belongs/],
  ['an account of 11 digits', ROWS.replace('123456789012', '12345678901'), /no table knows/],
  ['partitions too few', ROWS.replace('dt=2026-11-23/', ''), /no table knows/],
  ['a folder too many', ROWS.replace('dt=2026-11-23/', 'dt=2026-11-23/old/'), /no table knows/],
  ['a suffix of another program', `${ROWS}.tmp`, /its name must end in \.ndjson\.gz/],
  ['rows that are not compressed', ROWS.replace('.gz', ''), /its name must end in \.ndjson\.gz/],
  ['a record that is compressed', `${RECORD}.gz`, /its name must end in \.ndjson$/],
  ['upper case', ROWS.replace('-all', '-ALL'), /its letters must be lower-case/],
  ['a name that begins with _', ROWS.replace('/2026', '/_2026'), /Athena passes over names that begin with "_"/],
  ['a name that begins with .', RECORD.replace('/2026', '/.2026'), /Athena passes over names that begin with "\."/],
  ['a day that does not exist', ROWS.replaceAll('1123', '1131').replace('11-23', '11-31'), /does not exist/],
  ['an hour that does not exist', ROWS.replace('T18', 'T24'), /does not exist/],
  ['an export name that none can have', ROWS.replaceAll('all', '-all'), /"-all" must be an export name/],
  ['a name without a time', ROWS.replace('20261123T180000Z', 'now'), /no table knows/],
  ['nothing after the prefix', 'jobs/', /must end in/],
])('refuses %s, and says why', (_what, key, why) => {
  expect(parseKey(key)).toBeUndefined();
  expect(keyProblem(key)).toMatch(/^is not a key of the data contract: /);
  expect(keyProblem(key)).toMatch(why);
});
