/**
 * Runs cfn-lint and checkov on the templates of all layouts: one account, many, an organization, and a target for StackSets. Both
 * need Python, so the check is optional. They are installed once into a virtual environment in the user's cache.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

const VERSIONS = ['cfn-lint==1.58.0', 'checkov==3.2.459'];
const root = join(import.meta.dirname, '..');
const venv = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'iot-jobs-exporter/template-checks');

const MANY_ACCOUNTS = {
  exports: [
    { name: 'all', schedule: 'cron(0 * * * ? *)', maxRunMinutes: 60 },
    {
      name: 'groups',
      schedule: 'rate(5 minutes)',
      thingGroups: ['eu'],
      details: { maxJobs: 200 },
      rollouts: { failedPercent: 5, stalledHours: 48 },
      alarms: [{ status: 'IN_PROGRESS', thingGroup: 'eu', comparison: '>', threshold: 500 }],
    },
  ],
  history: { account: '111111111111', region: 'us-east-1', organizationId: 'o-a1b2c3d4e5', customerKey: true },
  targets: [{ account: '222222222222', regions: ['eu-west-1'] }],
};

/** An organization with excluded accounts, whose template a StackSet deploys. */
const ORGANIZATION = {
  exports: MANY_ACCOUNTS.exports,
  history: { ...MANY_ACCOUNTS.history, alarmEmails: ['on-call@example.com'] },
  targets: [{ account: '222222222222', regions: ['eu-west-1'] }],
  organization: {
    organizationalUnits: ['ou-a1b2-c3d4e5f6'],
    regions: ['us-east-1', 'eu-west-1'],
    excludeAccounts: ['333333333333'],
    exports: [{ name: 'all', schedule: 'cron(0 * * * ? *)', maxRunMinutes: 60, details: true }],
  },
};

function end(message: string): never {
  console.error(message);
  process.exit(1);
}

function run(program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): number {
  const { status, error } = spawnSync(program, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } });
  if (error) end(`${program} cannot be started: ${error.message}`);
  return status ?? 1;
}

function python(): string {
  const recent = 'import sys, venv; sys.exit(sys.version_info < (3, 10))';
  const found = ['python3', 'python'].find((name) => spawnSync(name, ['-c', recent]).status === 0);
  return (
    found ?? end('check:template needs Python 3.10 or later with venv, and found none: install it, or leave this out')
  );
}

function install(): void {
  if (existsSync(join(venv, 'bin/checkov')) && existsSync(join(venv, 'bin/cfn-lint'))) return;
  mkdirSync(venv, { recursive: true });
  const made = run(python(), ['-m', 'venv', venv]) || run(join(venv, 'bin/pip'), ['install', '--quiet', ...VERSIONS]);
  if (made === 0) return;
  rmSync(venv, { recursive: true, force: true });
  end('cfn-lint and checkov could not be installed from the Python package index');
}

function synthesize(folder: string): string[] {
  const configs = { many: MANY_ACCOUNTS, organization: ORGANIZATION };
  const [many = '', organization] = Object.entries(configs).map(([name, config]) => {
    writeFileSync(join(folder, `${name}.json`), JSON.stringify(config));
    return join(folder, `${name}.json`);
  });
  const target = join(folder, 'target');
  const roll = ['scripts/synth-target.ts', '--config', many, '--out', target];
  if (run(process.execPath, roll) !== 0) end('The template of a target did not synthesize');
  const deployed = [undefined, many, organization].flatMap((config, index) => {
    const out = join(folder, `out-${index}`);
    const context = config ? { CDK_CONTEXT_JSON: JSON.stringify({ config }) } : {};
    if (run(process.execPath, ['bin/app.ts'], { CDK_OUTDIR: out, ...context }) !== 0) end('The app did not synthesize');
    const templates = readdirSync(out).filter((name) => name.endsWith('.template.json'));
    return templates.map((name) => join(out, name));
  });
  return [...deployed, join(target, 'target.template.json')];
}

install();
const folder = mkdtempSync(join(tmpdir(), 'check-template-'));
try {
  const templates = synthesize(folder);
  // W3005: CDK writes dependencies that a reference already implies.
  const lint = run(join(venv, 'bin/cfn-lint'), [
    '--non-zero-exit-code',
    'warning',
    '--ignore-checks',
    'W3005',
    '--',
    ...templates,
  ]);
  const files = templates.flatMap((template) => ['--file', template]);
  const scan = run(join(venv, 'bin/checkov'), [
    '--framework',
    'cloudformation',
    '--compact',
    '--quiet',
    '--skip-download',
    ...files,
  ]);
  if (lint === 0 && scan === 0) console.log(`cfn-lint and checkov find nothing in ${templates.length} templates`);
  process.exitCode = lint || scan;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
