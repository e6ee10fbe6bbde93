import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { filesOfDirectory } from '../../local/report/fetch.ts';
import type { Report } from '../../local/report/model.ts';
import { writeReport } from '../../local/report/write-report.ts';
import { directoryArchive } from '../../local/verify/directory-archive.ts';
import { AWAITED, FAILED, LATE, LEFT, NEVER, REPORTING, UNKNOWN, writeHealth } from '../support/health-rows.ts';
import { writeBrokenHistory, writeWellHistory } from '../support/report-head-histories.ts';
import { AT, HOUR_MS, jobOfAge, writeSnapshot } from '../support/report-history.ts';
import { writeRollouts } from '../support/rollouts-history.ts';
import { writeMovingHistory } from '../support/simulated-history.ts';

export interface Written {
  readonly directory: string;
  readonly file: string;
  readonly report: Report;
}

export const HISTORIES = [
  'moving',
  'empty',
  'one snapshot',
  'one job',
  'fifty groups',
  'rollouts',
  'long',
  'well',
  'broken',
] as const;
export type HistoryName = (typeof HISTORIES)[number];

/** The report of a history that moves, and of those in which there is little or a lot beside one another. */
export async function writeHistories(root: string): Promise<ReadonlyMap<HistoryName, Written>> {
  const written = new Map<HistoryName, Written>();
  for (const name of HISTORIES) {
    const directory = join(root, name);
    mkdirSync(directory);
    await WRITERS[name](directory);
    const file = join(root, `${name.replaceAll(' ', '-')}.html`);
    const place = { place: name, archive: directoryArchive(directory), files: filesOfDirectory(directory) };
    const { report } = await writeReport(file, { ...place, selection: {} });
    written.set(name, { directory, file, report });
  }
  return written;
}

const WRITERS: Readonly<Record<HistoryName, (directory: string) => Promise<unknown>>> = {
  moving: (directory) => {
    writeHealth(directory, [REPORTING, AWAITED, LEFT, UNKNOWN, FAILED, NEVER, LATE]);
    return writeMovingHistory({
      directory,
      from: AT - 79 * HOUR_MS,
      hours: 80,
      places: [{ accountId: '123456789012', region: 'eu-west-1' }],
    });
  },
  empty: async () => {},
  'one snapshot': (directory) => writeSnapshot({ directory, scheduledAt: AT, jobs: () => [] }),
  'one job': (directory) =>
    writeSnapshot({
      directory,
      scheduledAt: AT,
      jobs: (_, status) => (status === 'IN_PROGRESS' ? [jobOfAge('the-one-job', status, 50)] : []),
    }),
  well: (directory) => writeWellHistory(directory),
  broken: (directory) => writeBrokenHistory(directory),
  rollouts: (directory) => writeRollouts(directory),
  // More snapshots than the page has points for: each hour of a little less than 13 days, with a day without any.
  long: async (directory) => {
    for (let hour = 0; hour < 330; hour++) {
      if (hour >= 95 && hour < 119) continue;
      await writeSnapshot({
        directory,
        scheduledAt: AT - (329 - hour) * HOUR_MS,
        jobs: (_, status) =>
          status === 'IN_PROGRESS'
            ? Array.from({ length: 20 + (hour % 7) }, (_, i) => jobOfAge(`job-${i}`, status, 400))
            : [],
      });
    }
  },
  'fifty groups': async (directory) => {
    const thingGroups = Array.from({ length: 50 }, (_, i) => `fleet-${String(i).padStart(2, '0')}`);
    for (let hour = 0; hour < 6; hour++) {
      await writeSnapshot({
        directory,
        scheduledAt: AT - (5 - hour) * HOUR_MS,
        thingGroups,
        jobs: (scope, status) => {
          const group = Number(scope.slice(-2));
          const count = status === 'IN_PROGRESS' ? ((group * 7 + hour * (group % 3)) % 20) + 1 : group % 4;
          return Array.from({ length: count }, (_, i) => jobOfAge(`${scope}-${status}-${i}`, status, 30 + i));
        },
      });
    }
  },
};
