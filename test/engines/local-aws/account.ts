import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const ROOT = join(import.meta.dirname, '../../..');
const BIN = join(ROOT, 'node_modules/.bin');

export interface AccountProps {
  readonly id: string;
  readonly region: string;
  readonly endpoint: string;
  readonly folder: string;
  readonly awsCli: string;
  readonly secret: string;
}

/** Answers of the AWS CLI are untyped. */
// biome-ignore lint/suspicious/noExplicitAny: as JSON.parse has it
export type Answer = any;

/** What an administrator of an account does from a shell, in a Region. */
export interface Account {
  readonly id: string;
  readonly region: string;
  /** Settings of the SDK's clients. */
  readonly client: { endpoint: string; region: string; credentials: { accessKeyId: string; secretAccessKey: string } };
  /** Environment of a command. */
  readonly env: NodeJS.ProcessEnv;
  /** Where the CDK CLI leaves the templates and assets of its last run. */
  readonly assembly: string;
  /** Runs the CDK CLI on the app of this repository. */
  cdk(...parameters: string[]): void;
  /** The same, and gives its exit code and all that it printed. */
  tryCdk(...parameters: string[]): { status: number | null; output: string };
  /** Deploys with a configuration, and gives the outputs by stack. */
  deploy(config: object, ...parameters: string[]): Record<string, Record<string, string>>;
  /** Runs the AWS CLI and gives its answer. */
  aws(...parameters: string[]): Answer;
  /** Runs commands as they would be pasted into a shell, and gives what they print. */
  shell(commands: string): string;
}

export function openAccount({ id, region, endpoint, folder, awsCli, secret }: AccountProps): Account {
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    // Functions and the app run on the Node of this project.
    PATH: `${BIN}:${process.env.PATH}`,
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: id,
    AWS_SECRET_ACCESS_KEY: secret,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    CDK_DEFAULT_ACCOUNT: id,
    CDK_DEFAULT_REGION: region,
    NODE_NO_WARNINGS: '1',
  };
  const assembly = join(folder, `assembly-${id}-${region}`);
  const tryCdk = (...parameters: string[]) => {
    const output = ['--output', assembly, '--no-color'];
    const run = spawnSync(join(BIN, 'cdk'), [...parameters, ...output], { cwd: ROOT, env, encoding: 'utf8' });
    return { status: run.status, output: `${run.stdout}${run.stderr}` };
  };
  const cdk = (...parameters: string[]) => {
    const { status, output } = tryCdk(...parameters);
    if (status !== 0) throw new Error(`cdk ${parameters.join(' ')} ended with ${status}:\n${output.slice(-4000)}`);
  };
  return {
    id,
    region,
    client: { endpoint, region, credentials: { accessKeyId: id, secretAccessKey: secret } },
    env,
    assembly,
    cdk,
    tryCdk,
    deploy(config, ...parameters) {
      const outputs = join(folder, 'outputs.json');
      const file = join(folder, 'exporter.config.json');
      writeFileSync(file, JSON.stringify(config));
      const where = ['-c', `config=${file}`, '--outputs-file', outputs];
      cdk('deploy', '--all', '--require-approval', 'never', ...where, ...parameters);
      return JSON.parse(readFileSync(outputs, 'utf8'));
    },
    aws(...parameters) {
      const text = execFileSync(awsCli, ['--endpoint-url', endpoint, ...parameters, '--output', 'json'], {
        env,
        encoding: 'utf8',
        maxBuffer: 1 << 28,
      });
      return text.trim() === '' ? undefined : JSON.parse(text);
    },
    shell(commands) {
      const path = `${dirname(awsCli)}:${env.PATH}`;
      // Version 1 of the CLI, the one on PyPI, does not ask the queues of AWS_ENDPOINT_URL.
      const local = `aws() { command aws --endpoint-url "$AWS_ENDPOINT_URL" "$@"; }\n`;
      return execFileSync('bash', ['--norc', '-euo', 'pipefail', '-c', local + commands], {
        env: { ...env, PATH: path, AWS_DEFAULT_OUTPUT: 'json' },
        cwd: folder,
        encoding: 'utf8',
      });
    },
  };
}
