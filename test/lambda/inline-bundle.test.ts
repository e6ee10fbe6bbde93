import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { JobRow } from '../../lambda/contract/columns.ts';
import { runBundle } from '../support/bundle.ts';
import { LoopbackIot } from '../support/loopback-iot.ts';
import { LoopbackS3 } from '../support/loopback-s3.ts';
import { parseLines } from '../support/memory-store.ts';

const ROOT = join(import.meta.dirname, '../..');
const EVENT = { export: 'all', scheduledTime: '2026-11-23T18:00:00Z' };
const KEY =
  'jobs/account_id=123456789012/region=eu-west-1/export_name=all/dt=2026-11-23/20261123T180000Z-all.ndjson.gz';

interface Template {
  readonly Resources: Record<string, { readonly Properties?: { readonly Code?: { readonly ZipFile: string } } }>;
}

const iot = new LoopbackIot();
const s3 = new LoopbackS3();
const folder = mkdtempSync(join(tmpdir(), 'inline-'));

afterAll(async () => {
  await iot.stop();
  await s3.stop();
  rmSync(folder, { recursive: true });
});

// As CloudFormation does: index.js, and no package.json that would say what a module it is.
it("takes a snapshot from the code in a target's template, alone in a folder as index.js", async () => {
  const config = join(folder, 'config.json');
  const targets = [{ account: '222222222222', regions: ['eu-west-1'] }];
  const history = { account: '111111111111', region: 'us-east-1' };
  writeFileSync(config, JSON.stringify({ exports: [{ name: 'all', schedule: 'rate(1 hour)' }], history, targets }));
  const args = ['scripts/synth-target.ts', '--config', config, '--out', folder];
  expect(spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
  const { Resources } = JSON.parse(readFileSync(join(folder, 'target.template.json'), 'utf8')) as Template;
  const codes = Object.values(Resources).flatMap(({ Properties }) => Properties?.Code ?? []);
  expect(codes).toHaveLength(1);
  const task = mkdtempSync(join(folder, 'task-'));
  const bundle = join(task, 'index.js');
  writeFileSync(bundle, codes[0]?.ZipFile ?? '');
  expect(readFileSync(bundle).equals(readFileSync(join(ROOT, 'dist/lambda/index.cjs')))).toBe(true);

  const endpoints = { iot: await iot.start(), s3: await s3.start() };
  iot.answer = ({ status }) => ({ body: { jobs: [{ jobId: `${status}-a`, status }] } });
  const { answer, error, stderr } = await runBundle(EVENT, { ...endpoints, bundle });
  expect({ error, stderr }).toEqual({ error: undefined, stderr: '' });
  expect(answer).toMatchObject({ outcome: 'written', jobCount: 5 });
  const rows = parseLines<JobRow>(gunzipSync(s3.objects.get(`history/${KEY}`)?.body as Buffer).toString());
  expect(rows).toHaveLength(5);
});
