import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExporterConfig } from '../../lib/config/index.ts';

const root = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'same-'));
const { context } = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8'));

/** Schedules whose next runs differ from one day to another: over weekends, months, leap days and changes of the clock. */
const CONFIG: ExporterConfig = {
  exports: [
    { name: 'weekdays', schedule: 'cron(* * ? * MON-FRI *)' },
    { name: 'first', schedule: 'cron(0/5 * 1 * ? *)' },
    { name: 'berlin', schedule: 'cron(0 0/6 * * ? *)', timeZone: 'Europe/Berlin' },
    { name: 'workdays', schedule: 'cron(0 9-17 ? * MON-FRI *)', timeZone: 'America/New_York' },
    { name: 'rate', schedule: 'rate(5 minutes)', thingGroups: ['eu'] },
  ],
  history: { account: '111111111111', region: 'us-east-1', customerKey: true },
  targets: [{ account: '222222222222', regions: ['eu-west-1'] }],
};
const ORGANIZATION: ExporterConfig = {
  ...CONFIG,
  history: { account: '111111111111', region: 'us-east-1', organizationId: 'o-a1b2c3d4e5' },
  organization: {
    organizationalUnits: ['ou-a1b2-c3d4e5f6'],
    regions: ['us-east-1', 'eu-west-1'],
    excludeAccounts: ['333333333333'],
  },
};

/** Templates and assets as the app writes them at a time, by their names. */
function writtenAt(time: string, configuration = CONFIG): Record<string, string> {
  const out = mkdtempSync(join(folder, 'out-'));
  const config = join(folder, 'config.json');
  writeFileSync(config, JSON.stringify(configuration));
  const clock = `const now = ${Date.parse(time)};
    globalThis.Date = class extends Date {
      constructor(...given) { if (given.length > 0) super(...given); else super(now); }
      static now() { return now; }
    };`;
  const faked = ['--import', `data:text/javascript,${encodeURIComponent(clock)}`];
  const env = {
    ...process.env,
    CDK_OUTDIR: out,
    CDK_CONTEXT_JSON: JSON.stringify({ ...context, '@aws-cdk/core:validateAgainstDefaultRules': false, config }),
  };
  const { status, stderr } = spawnSync(process.execPath, [...faked, 'bin/app.ts'], {
    cwd: root,
    env,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  const names = readdirSync(out).filter((name) => /\.(template|assets)\.json$/.test(name));
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(out, name), 'utf8')]));
}

test('the same configuration makes the same templates on any day, so that a diff after a deployment is empty', () => {
  const first = writtenAt('2026-11-23T18:00:00Z');
  expect(Object.keys(first)).toHaveLength(4);
  for (const time of ['2026-11-28T00:01:00Z', '2027-03-28T00:59:00Z']) {
    expect(writtenAt(time)).toEqual(first);
  }
});

test('so does an organization, whose StackSet would else deploy again in every account', () => {
  const first = writtenAt('2026-11-23T18:00:00Z', ORGANIZATION);
  const templates = Object.keys(first).filter((name) => name.endsWith('.template.json'));
  expect(templates.filter((name) => name.includes('stackset'))).toHaveLength(1);
  expect(writtenAt('2027-03-28T00:59:00Z', ORGANIZATION)).toEqual(first);
});
