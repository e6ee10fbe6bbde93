import { type BuildProps, buildReport } from './build-report.ts';
import { bundlePage } from './bundle.ts';
import { reportData } from './data/report-data.ts';
import { reportHtml } from './html.ts';
import type { Report } from './model.ts';
import { nowOf } from './page/base/now.ts';
import { type OutputFile, writeAtomically } from './write-atomically.ts';

export interface WriteProps extends BuildProps {
  /** Path for the numbers as JSON; absent: not written. */
  readonly dataFile?: string | undefined;
}

export interface WrittenReport {
  readonly report: Report;
  readonly bytes: number;
  /** Size of the JSON, if it was requested. */
  readonly dataBytes: number | undefined;
}

/**
 * Writes the page of a history to a file, and its numbers to another, atomically.
 *
 * @throws StoreRefusedError if a file cannot be written, and what {@link buildReport} throws
 */
export async function writeReport(file: string, { dataFile, ...props }: WriteProps): Promise<WrittenReport> {
  const [report, bundle] = await Promise.all([buildReport(props), bundlePage()]);
  const page = pageOutput(file, reportHtml(report, bundle));
  const data = dataFile === undefined ? undefined : dataOutput(dataFile, report);
  await writeAtomically(data ? [page, data] : [page]);
  return { report, bytes: Buffer.byteLength(page.text), dataBytes: data && Buffer.byteLength(data.text) };
}

export function pageOutput(path: string, text: string): OutputFile {
  return { path, text, what: 'The page', option: '--out' };
}

export function dataOutput(path: string, report: Report): OutputFile {
  return {
    path,
    text: `${JSON.stringify(reportData(report, nowOf(report)))}\n`,
    what: 'The numbers',
    option: '--data',
  };
}
