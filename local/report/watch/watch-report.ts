import { randomUUID } from 'node:crypto';
import { timestamp } from '../../../lambda/core/timestamp.ts';
import { failureOf } from '../../cli/failure.ts';
import { counted } from '../../cli/figures.ts';
import { type BuildProps, buildReport } from '../build-report.ts';
import { bundlePage } from '../bundle.ts';
import { reportHtml } from '../html.ts';
import type { Report } from '../model.ts';
import { epochMs } from '../page/base/format.ts';
import { nowOf } from '../page/base/now.ts';
import { dataFileOf, pageFile } from '../write-report.ts';
import { writeWhole } from '../write-whole.ts';
import { follow } from './follow.ts';
import { keptFiles } from './kept-files.ts';
import { looking } from './look.ts';
import { type ServedPage, serve, type Trouble } from './serve.ts';

export interface WatchProps extends BuildProps {
  /** 0 for one that is free. */
  readonly port: number;
  readonly everyMs: number;
  /** Where to write the page and its numbers, too; nowhere where absent. */
  readonly pageFile?: string | undefined;
  readonly dataFile?: string | undefined;
  /** The first page is served. */
  onServing(url: string, report: Report): void | Promise<void>;
  /** What happens from then on, a line each. */
  onNews(line: string): void;
  onProblem(line: string): void;
}

/**
 * Serves the page of a history on this machine, and makes it anew whenever there is a new snapshot, until the process ends.
 *
 * @throws UsageError where the port is taken, and what {@link buildReport} throws where there is no page yet
 */
export async function watchReport(props: WatchProps): Promise<void> {
  const { archive, selection, onNews, onProblem } = props;
  const files = keptFiles(props.files);
  const run = randomUUID();
  const bundle = await bundlePage();
  let pages = 0;
  const make = async () => {
    const report = await buildReport({ ...props, files });
    pages += 1;
    const version = `${run}-${pages}`;
    return { report, version, html: reportHtml(report, bundle, version), data: () => dataFileOf('', report).text };
  };
  const write = async ({ report }: { readonly report: Report }) => {
    await writeWhole([
      ...(props.pageFile === undefined ? [] : [pageFile(props.pageFile, reportHtml(report, bundle))]),
      ...(props.dataFile === undefined ? [] : [dataFileOf(props.dataFile, report)]),
    ]);
  };
  const look = looking({ archive, selection: selection, onReplaced: () => files.forget() });
  const state = await look();
  let page: (ServedPage & { readonly report: Report }) | undefined;
  let trouble: Trouble | undefined;
  // A port that is taken shows before all is read, and before a file is written.
  const { url } = await serve({ port: props.port, page: () => page, trouble: () => trouble });
  let shown = await make();
  await write(shown);
  page = shown;
  await props.onServing(url, shown.report);
  await follow({
    state,
    everyMs: props.everyMs,
    look,
    isOutdated: () => isLateSince(shown.report, nowOf(shown.report)),
    make: async () => {
      try {
        return await make();
      } catch (error) {
        files.forget();
        throw error;
      }
    },
    onPage: async (newer) => {
      onNews(`${now().slice(11, 19)} UTC: ${newsOf(shown.report, newer.report)}`);
      shown = newer;
      page = newer;
      // The page that is served is whole, whatever becomes of the file.
      await write(newer).catch((error: unknown) => onProblem(failureOf(error).text));
    },
    onTrouble: (error) => {
      const message = failureOf(error).text.replace(/^error: /, '');
      if (message !== trouble?.message) onProblem(`${now().slice(11, 19)} UTC: The history cannot be read: ${message}`);
      trouble = { since: trouble?.since ?? now(), message };
    },
    onMended: () => {
      trouble = undefined;
      onNews(`${now().slice(11, 19)} UTC: The history can be read again`);
    },
  });
}

/** Whether a snapshot has become late since the page was made, which says that it does not know whether it came. */
export function isLateSince({ writtenAt, combinations }: Report, nowMs: number): boolean {
  return combinations.some(({ freshness: { lateAt } }) => {
    return lateAt !== null && epochMs(writtenAt) < epochMs(lateAt) && epochMs(lateAt) <= nowMs;
  });
}

/** What is new, in words: of which exports there are other snapshots than before. */
function newsOf(before: Report, after: Report): string {
  const known = new Map(before.combinations.map((one) => [nameOf(one), `${one.newestSnapshot} ${one.snapshotCount}`]));
  const changed = after.combinations.filter(
    (one) => known.get(nameOf(one)) !== `${one.newestSnapshot} ${one.snapshotCount}`,
  );
  const texts = changed.map((one) => `${nameOf(one)}: ${counted(one.snapshotCount, 'snapshot')}`);
  return texts.join('; ') || 'no new snapshot; the page is made anew';
}

export function nameOf({ exportName, accountId, region }: Report['combinations'][number]): string {
  return `${exportName} in ${accountId} ${region}`;
}

function now(): string {
  return `${timestamp(Date.now()).slice(0, 19).replace(' ', 'T')}Z`;
}
