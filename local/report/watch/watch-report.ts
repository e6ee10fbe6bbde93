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
import { writeAtomically } from '../write-atomically.ts';
import { dataOutput, pageOutput } from '../write-report.ts';
import { cachedFiles } from './cached-files.ts';
import { follow } from './follow.ts';
import { historyStateReader } from './history-state.ts';
import { type ServedPage, serve, type Trouble } from './serve.ts';

export interface WatchProps extends BuildProps {
  /** 0: any free port. */
  readonly port: number;
  readonly everyMs: number;
  /** Paths for the page and its numbers; absent: not written. */
  readonly pageFile?: string | undefined;
  readonly dataFile?: string | undefined;
  /** Called when the first page is served. */
  onServing(url: string, report: Report): void | Promise<void>;
  /** Called with a line for each event after that. */
  onNews(line: string): void;
  onProblem(line: string): void;
}

/**
 * Serves the page of a history on this machine, and makes a new one whenever there is a new snapshot, until the process
 * ends.
 *
 * @throws UsageError if the port is taken, and what {@link buildReport} throws for the first page
 */
export async function watchReport(props: WatchProps): Promise<void> {
  const { archive, selection, onNews, onProblem } = props;
  const files = cachedFiles(props.files);
  const run = randomUUID();
  const bundle = await bundlePage();
  let pages = 0;
  const make = async () => {
    const report = await buildReport({ ...props, files });
    pages += 1;
    const version = `${run}-${pages}`;
    return { report, version, html: reportHtml(report, bundle, version), data: () => dataOutput('', report).text };
  };
  const write = async ({ report }: { readonly report: Report }) => {
    await writeAtomically([
      ...(props.pageFile === undefined ? [] : [pageOutput(props.pageFile, reportHtml(report, bundle))]),
      ...(props.dataFile === undefined ? [] : [dataOutput(props.dataFile, report)]),
    ]);
  };
  const look = historyStateReader({ archive, selection, onReplaced: () => files.forget() });
  const state = await look();
  let page: (ServedPage & { readonly report: Report }) | undefined;
  let trouble: Trouble | undefined;
  // First, so that a taken port is reported before the history is read and a file is written.
  const { url } = await serve({ port: props.port, page: () => page, trouble: () => trouble });
  let shown = await make();
  await write(shown);
  page = shown;
  await props.onServing(url, shown.report);
  await follow({
    state,
    everyMs: props.everyMs,
    readState: look,
    isOutdated: () => hasBecomeLate(shown.report, nowOf(shown.report)),
    makePage: async () => {
      try {
        return await make();
      } catch (error) {
        files.forget();
        throw error;
      }
    },
    onPage: async (newer) => {
      onNews(`${now().slice(11, 19)} UTC: ${describeChange(shown.report, newer.report)}`);
      shown = newer;
      page = newer;
      // The served page does not depend on the file.
      await write(newer).catch((error: unknown) => onProblem(failureOf(error).text));
    },
    onError: (error) => {
      const message = failureOf(error).text.replace(/^error: /, '');
      if (message !== trouble?.message) onProblem(`${now().slice(11, 19)} UTC: The history cannot be read: ${message}`);
      trouble = { since: trouble?.since ?? now(), message };
    },
    onRecovered: () => {
      trouble = undefined;
      onNews(`${now().slice(11, 19)} UTC: The history can be read again`);
    },
  });
}

/** Whether a snapshot has become late since the page was made: the page cannot know whether it came. */
export function hasBecomeLate({ writtenAt, combinations }: Report, nowMs: number): boolean {
  return combinations.some(({ freshness: { lateAt } }) => {
    return lateAt !== null && epochMs(writtenAt) < epochMs(lateAt) && epochMs(lateAt) <= nowMs;
  });
}

/** Text: the exports whose snapshots have changed. */
function describeChange(before: Report, after: Report): string {
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
