import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Report } from '../../local/report/model.ts';
import { MINIMAL_ENVIRONMENT } from './minimal-environment.ts';

export const COMMAND = join(import.meta.dirname, '../../local/report.ts');

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** `npm run report`, in a process of its own. */
export async function runReport(
  commandArguments: readonly string[],
  variables: Record<string, string> = {},
  onStart: (child: ChildProcess) => void = () => {},
): Promise<Ended> {
  const env = { ...MINIMAL_ENVIRONMENT, ...variables };
  return await new Promise((resolve) => {
    const child = execFile(process.execPath, [COMMAND, ...commandArguments], { env }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
    onStart(child);
  });
}

export function reportIn(page: string): Report {
  return JSON.parse(/<script type="application\/json" id="data">(.*?)<\/script>/s.exec(page)?.[1] ?? '');
}

export interface Watching {
  /** Where it serves, with a slash at the end. */
  readonly url: string;
  stdout(): string;
  stderr(): string;
  end(signal: NodeJS.Signals): Promise<Ended>;
}

/** `npm run report -- … --watch`, from the moment in which it serves. */
export async function watchReport(
  commandArguments: readonly string[],
  variables: Record<string, string> = {},
): Promise<Watching> {
  const env = { ...MINIMAL_ENVIRONMENT, ...variables };
  const child = spawn(process.execPath, [COMMAND, ...commandArguments, '--watch'], { env });
  let [stdout, stderr] = ['', ''];
  const ended = new Promise<Ended>((resolve) =>
    child.once('close', (code) => resolve({ code: code ?? -1, stdout, stderr })),
  );
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
      const found = /^(http:\S+) follows /m.exec(stdout)?.[1];
      if (found) resolve(found);
    });
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    void ended.then(({ code }) => reject(new Error(`It ended with ${code}: ${stderr}`)));
  });
  return {
    url,
    stdout: () => stdout,
    stderr: () => stderr,
    async end(signal) {
      child.kill(signal);
      return await ended;
    },
  };
}
