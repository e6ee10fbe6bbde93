import { spawn } from 'node:child_process';

const OPENERS: Readonly<Record<string, readonly string[]>> = {
  darwin: ['open'],
  win32: ['explorer.exe'],
};

/**
 * Opens a page with the system's opener for web pages. Returns false if there is none.
 *
 * @param page absolute path of a file, or URL
 */
export async function openInBrowser(page: string): Promise<boolean> {
  const [command = '', ...before] = OPENERS[process.platform] ?? ['xdg-open'];
  return await new Promise((done) => {
    const child = spawn(command, [...before, page], { stdio: 'ignore', detached: true });
    child.once('error', () => done(false));
    child.once('spawn', () => {
      child.unref();
      done(true);
    });
  });
}
