import fc from 'fast-check';
import {
  athenaType,
  CHANGES_COLUMNS,
  JOBS_COLUMNS,
  LISTING_FIELDS,
  PARTITION_COLUMNS,
  SNAPSHOTS_COLUMNS,
} from '../../../lambda/contract/columns.ts';
import { intentKey, jobsKey, recordKey, snapshotId } from '../../../lambda/contract/keys.ts';
import { VERSION } from '../../../lambda/version.ts';
import manifest from '../../../package.json' with { type: 'json' };

const IDENTITY = {
  accountId: '123456789012',
  region: 'eu-west-1',
  exportName: 'all',
  scheduledAt: Date.parse('2026-11-23T23:59:59Z'),
};

describe('keys', () => {
  it('are those that the tables and the readers expect', () => {
    const partitions = 'account_id=123456789012/region=eu-west-1/export_name=all';
    expect(snapshotId(IDENTITY)).toBe('20261123T235959Z-all');
    expect(jobsKey(IDENTITY)).toBe(`jobs/${partitions}/dt=2026-11-23/20261123T235959Z-all.ndjson.gz`);
    expect(recordKey(IDENTITY)).toBe(`snapshots/${partitions}/dt=2026-11-23/20261123T235959Z-all.ndjson`);
    expect(intentKey(IDENTITY, 'abc')).toBe(`intents/${partitions}/20261123T235959Z-all.abc.json`);
  });

  it('sort by scheduled time, and lie in the day that the snapshot id begins with', () => {
    const second = fc.integer({ min: 0, max: 4_102_444_799 }).map((s) => s * 1000);
    fc.assert(
      fc.property(second, second, (a, b) => {
        const [ofA, ofB] = [a, b].map((scheduledAt) => ({ ...IDENTITY, scheduledAt }));
        if (!ofA || !ofB) throw new Error('unreachable');
        expect(Math.sign(snapshotId(ofA) < snapshotId(ofB) ? -1 : snapshotId(ofA) > snapshotId(ofB) ? 1 : 0)).toBe(
          Math.sign(a - b),
        );
        const day = /dt=(\d{4})-(\d{2})-(\d{2})\//.exec(jobsKey(ofA))?.slice(1).join('');
        expect(snapshotId(ofA).slice(0, 8)).toBe(day);
      }),
    );
  });
});

describe('columns', () => {
  const tables = [JOBS_COLUMNS, CHANGES_COLUMNS, SNAPSHOTS_COLUMNS] as const;

  it('have lower-case names, each once, none of them a partition column', () => {
    for (const columns of tables) {
      const names = [...PARTITION_COLUMNS, ...columns].map((column) => column.name);
      expect(new Set(names).size).toBe(names.length);
      for (const name of names) expect(name).toMatch(/^[a-z][a-z0-9_]*$/);
    }
  });

  it('have a comment that fits into Glue: 255 characters', () => {
    for (const { comment } of [...tables.flat(), ...LISTING_FIELDS, ...PARTITION_COLUMNS]) {
      expect(comment.length).toBeGreaterThan(0);
      expect(comment.length).toBeLessThanOrEqual(255);
    }
  });

  it('have Athena types', () => {
    expect(athenaType('timestamp')).toBe('timestamp');
    expect(athenaType({ arrayOf: LISTING_FIELDS })).toBe(
      'array<struct<thing_group_name:string,queried_thing_group_id:string,status:string,job_count:bigint,missing:boolean>>',
    );
  });
});

it('the version of the record is that of the package', () => {
  expect(VERSION).toBe(manifest.version);
});
