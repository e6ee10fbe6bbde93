/** `npm run report`: writes a report of a history as a web page. */
import { resolve } from 'node:path';
import './cli/closed-pipe.ts';
import { drawingOn } from './cli/drawing.ts';
import { exitOn } from './cli/exit-on.ts';
import { counted } from './cli/figures.ts';
import { endOnInterrupt } from './cli/interrupt.ts';
import { directoryOf, type PlaceName, parsePlace } from './cli/place.ts';
import { s3ClientConfig } from './cli/s3-client-config.ts';
import { readClockOffset } from './demo/demo-clock.ts';
import type { BuildProps } from './report/build-report.ts';
import { checkOptions, EVERY_SECONDS, type ReportOptions, reportCommand } from './report/command.ts';
import { dataFileFor } from './report/data-file.ts';
import { fetchedFiles, filesOfDirectory } from './report/fetch.ts';
import type { Report } from './report/model.ts';
import { openInBrowser } from './report/open-in-browser.ts';
import { nameOf, watchReport } from './report/watch/watch-report.ts';
import { writeReport } from './report/write-report.ts';
import { directoryArchive } from './verify/directory-archive.ts';
import { s3Archive } from './verify/s3-archive.ts';

/** Pages above this size are slow to open. */
const LARGE_BYTES = 5_000_000;

endOnInterrupt();
const drawing = drawingOn(process.stderr);
try {
  const command = reportCommand().parse();
  const options = command.opts<ReportOptions>();
  checkOptions(options);
  directoryOf(options.out, '--out');
  const isOutGiven = command.getOptionValueSource('out') === 'cli';
  await run(command.args[0] as string, options, isOutGiven);
} catch (error) {
  drawing.stop();
  exitOn(error);
}

async function run(text: string, options: ReportOptions, isOutGiven: boolean): Promise<void> {
  const { from, to, export: exportName, account: accountId, region, out, data } = options;
  const dataFile = data === undefined ? undefined : dataFileFor(out, data);
  const place = parsePlace(text, '<place>');
  const { files, ...source } = await openSource(place, options);
  let doing = '';
  const onProgress = (progress: string) => {
    doing = progress;
  };
  const props = { place: text, ...source, files, selection: { from, to, exportName, accountId, region }, onProgress };
  drawing.live(`reading ${text}`, () => doing);
  try {
    if (options.watch) {
      const everySeconds = options.every ?? ('bucket' in place ? EVERY_SECONDS.bucket : EVERY_SECONDS.directory);
      await watch(props, options, { everySeconds, pageFile: isOutGiven ? out : undefined, dataFile });
    } else await write(props, options, dataFile);
  } finally {
    await files.close();
  }
}

async function write(props: BuildProps, { out, open }: ReportOptions, dataFile: string | undefined): Promise<void> {
  const { report, bytes, dataBytes } = await writeReport(out, { ...props, dataFile });
  drawing.stop();
  showSnapshots(report);
  console.log(fileLine(out, bytes));
  if (dataFile !== undefined && dataBytes !== undefined) console.log(fileLine(dataFile, dataBytes));
  if (bytes > LARGE_BYTES) console.error('The page is large: --from and --export make it smaller');
  if (open) await show(resolve(out));
}

interface Watched {
  readonly everySeconds: number;
  readonly pageFile: string | undefined;
  readonly dataFile: string | undefined;
}

async function watch(
  props: BuildProps,
  { port = 0, open }: ReportOptions,
  { everySeconds, ...written }: Watched,
): Promise<void> {
  await watchReport({
    ...props,
    ...written,
    port,
    everyMs: everySeconds * 1000,
    async onServing(url, report) {
      drawing.stop();
      showSnapshots(report);
      console.log(`${url} follows ${props.place}, with a look every ${everySeconds} s; Ctrl-C ends it`);
      if (open) await show(url);
    },
    onNews: (line) => console.log(line),
    onProblem: (line) => console.error(line),
  });
}

function showSnapshots({ combinations, place }: Report): void {
  for (const one of combinations) {
    const { snapshotCount, unlinkedCount } = one;
    const unlinked = unlinkedCount > 0 ? `, ${unlinkedCount} of them compared with none` : '';
    console.log(`${nameOf(one)}: ${counted(snapshotCount, 'snapshot')}${unlinked}`);
  }
  if (combinations.length === 0) console.log(`There is no snapshot in ${place}: the page says so`);
}

/** `./report.html, 1,234 kB` */
function fileLine(file: string, bytes: number): string {
  return `${file}, ${counted(Math.ceil(bytes / 1000), 'kB').replace(/s$/, '')}`;
}

async function show(page: string): Promise<void> {
  if (!(await openInBrowser(page))) console.error(`Nothing here opens web pages: open ${page} by hand`);
}

async function openSource(place: PlaceName, { bucketRegion, profile }: ReportOptions) {
  if ('directory' in place) {
    const { directory } = place;
    return {
      archive: directoryArchive(directory),
      files: filesOfDirectory(directory),
      clockOffset: () => readClockOffset(directory),
    };
  }
  const archive = s3Archive({ ...place, client: await s3ClientConfig({ region: bucketRegion, profile }) });
  return { archive, files: await fetchedFiles(archive) };
}
