import { type BuildProps, buildReport } from './build-report.ts';
import { bundlePage } from './bundle.ts';
import { reportData } from './data/report-data.ts';
import { reportHtml } from './html.ts';
import type { Report } from './model.ts';
import { nowOf } from './page/base/now.ts';
import { type WholeFile, writeWhole } from './write-whole.ts';

export interface WriteProps extends BuildProps {
  /** Where to write the numbers as JSON; nowhere where it is absent. */
  readonly dataFile?: string | undefined;
}

export interface WrittenReport {
  readonly report: Report;
  readonly bytes: number;
  /** Of the JSON, where it was asked for. */
  readonly dataBytes: number | undefined;
}

/**
 * Writes the page of a history to a file, and its numbers beside it, each whole or not at all.
 *
 * @throws StoreRefusedError where a file cannot be written, and what {@link buildReport} throws
 */
export async function writeReport(file: string, { dataFile, ...props }: WriteProps): Promise<WrittenReport> {
  const [report, bundle] = await Promise.all([buildReport(props), bundlePage()]);
  const page = pageFile(file, reportHtml(report, bundle));
  const data = dataFile === undefined ? undefined : dataFileOf(dataFile, report);
  await writeWhole(data ? [page, data] : [page]);
  return { report, bytes: Buffer.byteLength(page.text), dataBytes: data && Buffer.byteLength(data.text) };
}

export function pageFile(path: string, text: string): WholeFile {
  return { path, text, what: 'The page', option: '--out' };
}

export function dataFileOf(path: string, report: Report): WholeFile {
  return {
    path,
    text: `${JSON.stringify(reportData(report, nowOf(report)))}\n`,
    what: 'The numbers',
    option: '--data',
  };
}
