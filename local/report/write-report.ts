import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { StoreRefusedError } from '../../lambda/errors.ts';
import { type BuildProps, buildReport } from './build-report.ts';
import { bundlePage } from './bundle.ts';
import { reportHtml } from './html.ts';
import type { Report } from './model.ts';

/**
 * Writes the page of a history to a file.
 *
 * @throws StoreRefusedError where the file cannot be written, and what {@link buildReport} throws
 */
export async function writeReport(
  file: string,
  props: BuildProps,
): Promise<{ readonly report: Report; readonly bytes: number }> {
  const [report, bundle] = await Promise.all([buildReport(props), bundlePage()]);
  const html = reportHtml(report, bundle);
  try {
    await mkdir(dirname(resolve(file)), { recursive: true });
    await writeFile(file, html);
  } catch (error) {
    const { message } = error as Error;
    throw new StoreRefusedError(`The page cannot be written to ${file} (${message}): choose another file with --out`, {
      cause: error,
    });
  }
  return { report, bytes: Buffer.byteLength(html) };
}
