import { spawn } from 'node:child_process';
import { resolve } from 'node:path';

const OPENERS: Readonly<Record<string, readonly string[]>> = {
  darwin: ['open'],
  win32: ['explorer.exe'],
};

/** Opens a file with what the system opens web pages with. False where there is nothing of the kind. */
export async function openInBrowser(file: string): Promise<boolean> {
  const [command = '', ...before] = OPENERS[process.platform] ?? ['xdg-open'];
  return await new Promise((done) => {
    const child = spawn(command, [...before, resolve(file)], { stdio: 'ignore', detached: true });
    child.once('error', () => done(false));
    child.once('spawn', () => {
      child.unref();
      done(true);
    });
  });
}
