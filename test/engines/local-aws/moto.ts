import { join } from 'node:path';
import { type Account, openAccount } from './account.ts';
import { installCommands, installMoto } from './install.ts';
import { ACCOUNT, REGION } from './local-aws.ts';
import { freePort, openServers } from './servers.ts';

/** moto, which has AWS Organizations and the API of StackSets. It judges no policy, and deploys nothing. */
export interface Moto {
  /** Folder for files of the test; gone with the rest. */
  readonly folder: string;
  /** The management account. */
  readonly account: Account;
  stop(): Promise<void>;
}

/** Starts it on a free port of loopback, empty. Whoever starts must stop; an interrupt stops it, too. */
export async function startMoto(): Promise<Moto> {
  const python = installMoto();
  const { awsCli } = installCommands();
  const servers = openServers();
  const { folder } = servers;
  const port = String(await freePort());
  const endpoint = `http://127.0.0.1:${port}`;
  try {
    const parameters = [join(import.meta.dirname, 'moto', 'serve.py'), '-H', '127.0.0.1', '-p', port];
    servers.start('moto', python, parameters, { MOTO_ACCOUNT_ID: ACCOUNT, PYTHONDONTWRITEBYTECODE: '1' });
    await servers.answering('moto', `${endpoint}/moto-api/`, /./);
  } catch (error) {
    await servers.stop();
    throw error;
  }
  const account = openAccount({ id: ACCOUNT, region: REGION, endpoint, folder, awsCli, secret: 'test' });
  return { folder, account, stop: () => servers.stop() };
}
