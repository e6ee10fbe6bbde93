import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Servers of a test, and a folder for its files. Whoever opens them must stop them; an interrupt stops them, too. */
export interface Servers {
  /** Gone with the servers. */
  readonly folder: string;
  /** Starts a server that writes its log into the folder. */
  start(name: string, command: string, parameters: readonly string[], variables: NodeJS.ProcessEnv): void;
  /**
   * Waits, two minutes at most, until a server of that name answers with a text of a form.
   *
   * @throws Error with the end of its log
   */
  answering(name: string, url: string, pattern: RegExp): Promise<void>;
  stop(): Promise<void>;
}

export function openServers(): Servers {
  const folder = mkdtempSync(join(tmpdir(), 'local-aws-'));
  const logOf = (name: string) => join(folder, `${name}.log`);
  const children: ChildProcess[] = [];
  const end = async () => {
    for (const child of children) await ended(child);
    rmSync(folder, { recursive: true, force: true });
  };
  const interrupted = () => void end().finally(() => process.exit(130));
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  return {
    folder,
    start(name, command, parameters, variables) {
      const log = openSync(logOf(name), 'w');
      const env = { ...process.env, ...variables };
      children.push(spawn(command, parameters, { env, stdio: ['ignore', log, log], detached: true }));
    },
    async answering(name, url, pattern) {
      for (let i = 0; i < 240; i++) {
        const text = await fetch(url).then(
          (response) => response.text(),
          () => '',
        );
        if (pattern.test(text)) return;
        await new Promise((resolve) => setTimeout(resolve, 500));
      }
      throw new Error(`${url} did not come up. The end of its log:\n${readFileSync(logOf(name), 'utf8').slice(-2000)}`);
    },
    async stop() {
      process.off('SIGINT', interrupted).off('SIGTERM', interrupted);
      await end();
    },
  };
}

/** A free port on loopback. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Ends the child and those that it started: a process group of its own. */
async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.pid === undefined) return;
  const exit = new Promise((resolve) => child.once('exit', resolve));
  process.kill(-child.pid, 'SIGTERM');
  const late = setTimeout(() => process.kill(-(child.pid as number), 'SIGKILL'), 20_000);
  await exit;
  clearTimeout(late);
}
