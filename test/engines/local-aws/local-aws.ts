import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Account, openAccount } from './account.ts';
import { install } from './install.ts';
import { freePort, openServers } from './servers.ts';
import type { StackInstance } from './stack-instances.ts';
import { runOnTrino, type TrinoResult } from './trino.ts';
import { writeTrinoConfiguration } from './trino-configuration.ts';

/** Account and Region of the one deployment, or of the hub. */
export const ACCOUNT = '111111111111';
export const REGION = 'us-east-1';
/** Every account's root key has its number as the id and this as the secret. */
const SECRET = 'test';
/** State machines wait for a twentieth of the time: three seconds for a minute. */
const WAIT_SCALE = '0.05';

/** A local AWS that takes `cdk deploy` and enforces policies, and Trino on its Glue catalog and its S3. */
export interface LocalAws {
  readonly endpoint: string;
  /** Folder for files of the test; gone with the rest. */
  readonly folder: string;
  /** The commands of an account's administrator. */
  account(id?: string, region?: string): Account;
  /** A query in the catalog of the hub. */
  sql(query: string): Promise<TrinoResult>;
  /** Judges alarms as if so much time had passed; 0 for the true time. */
  later(seconds: number): void;
  /** Sets functions, scheduled times and alarms ahead of the true time. */
  putClockForward(seconds: number): void;
  /** Makes jobs that are like one that was created, with the next ListJobs of its account and Region. */
  copyJob(jobId: string, ids: readonly string[]): void;
  /** Accounts that are of an organization, and no others. */
  organize(organizationId: string, accounts: readonly string[]): void;
  /** What ListStackInstances answers from now on, by the StackSet's name: nothing is deployed for a StackSet here. */
  setStackInstances(instances: Readonly<Record<string, readonly StackInstance[]>>): void;
  stop(): Promise<void>;
}

/**
 * Starts both on free ports of loopback, empty. Whoever starts must stop; an interrupt stops them, too.
 *
 * @param s3Endpoint S3 that Trino reads, in the place of the local AWS's
 */
export async function startLocalAws(s3Endpoint?: string): Promise<LocalAws> {
  const { python, trino, javaHome, awsCli } = install();
  const servers = openServers();
  const { folder } = servers;
  const [awsPort, trinoPort] = [await freePort(), await freePort()];
  const endpoint = `http://127.0.0.1:${awsPort}`;
  const trinoUrl = `http://127.0.0.1:${trinoPort}`;
  const environment = {
    LOCAL_AWS_LATER: join(folder, 'later'),
    LOCAL_AWS_CLOCK: join(folder, 'clock'),
    LOCAL_AWS_COPIES: join(folder, 'copies'),
    LOCAL_AWS_ORGANIZATION: join(folder, 'organization'),
    LOCAL_AWS_STACK_INSTANCES: join(folder, 'stack-instances'),
  };
  try {
    servers.start('aws', python, [join(import.meta.dirname, 'ministack', 'serve.py')], {
      ...environment,
      GATEWAY_PORT: String(awsPort),
      BIND_HOST: '127.0.0.1',
      MINISTACK_REGION: REGION,
      MINISTACK_ACCOUNT_ID: ACCOUNT,
      LAMBDA_EXECUTOR: 'local',
      AUTH: 'true',
      AWS_ACCESS_KEY_ID: ACCOUNT,
      AWS_SECRET_ACCESS_KEY: SECRET,
      AWS_ENDPOINT_URL: endpoint,
      SFN_WAIT_SCALE: WAIT_SCALE,
      PYTHONDONTWRITEBYTECODE: '1',
      // Functions run on the Node of this project.
      PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
    });
    writeTrinoConfiguration(folder, trinoPort, {
      ...{ endpoint, region: REGION, accessKey: ACCOUNT, secret: SECRET },
      s3Endpoint: s3Endpoint ?? endpoint,
    });
    const path = `${join(javaHome, 'bin')}:${process.env.PATH}`;
    servers.start('trino', trino, ['run', '--etc-dir', join(folder, 'etc')], { JAVA_HOME: javaHome, PATH: path });
    await servers.answering('aws', `${endpoint}/_ministack/health`, /./);
    await servers.answering('trino', `${trinoUrl}/v1/info`, /"starting":false/);
  } catch (error) {
    await servers.stop();
    throw error;
  }
  return {
    endpoint,
    folder,
    account: (id = ACCOUNT, region = REGION) => openAccount({ id, region, endpoint, folder, awsCli, secret: SECRET }),
    sql: (query) => runOnTrino(trinoUrl, query),
    later: (seconds) => writeFileSync(environment.LOCAL_AWS_LATER, String(seconds)),
    putClockForward: (seconds) => writeFileSync(environment.LOCAL_AWS_CLOCK, String(seconds)),
    copyJob: (jobId, ids) => writeFileSync(environment.LOCAL_AWS_COPIES, JSON.stringify({ of: jobId, ids })),
    organize: (id, accounts) => writeFileSync(environment.LOCAL_AWS_ORGANIZATION, JSON.stringify({ id, accounts })),
    setStackInstances: (instances) => writeFileSync(environment.LOCAL_AWS_STACK_INSTANCES, JSON.stringify(instances)),
    stop: () => servers.stop(),
  };
}
