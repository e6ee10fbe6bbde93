import type { Cell, Combination } from '../model.ts';
import { numberOf, records, textOf } from './answer.ts';
import { h } from './dom.ts';
import { count, counted, minute, unbroken } from './format.ts';
import { section } from './section.ts';
import { table } from './table.ts';

const CONSOLES: Readonly<Record<string, (region: string) => string>> = {
  'aws-cn': (region) => `${region}.console.amazonaws.cn`,
  'aws-us-gov': () => 'console.amazonaws-us-gov.com',
};

/** The page of a job in the AWS console of its partition and Region. */
export function consoleUrl({ region, partition }: Pick<Combination, 'region' | 'partition'>, jobId: string): string {
  const host = CONSOLES[partition]?.(region) ?? `${region}.console.aws.amazon.com`;
  return `https://${host}/iot/home?region=${encodeURIComponent(region)}#/job/${encodeURIComponent(jobId)}`;
}

function linked(combination: Combination) {
  return (jobId: Cell) =>
    h(
      'a',
      { href: consoleUrl(combination, String(jobId)), target: '_blank', rel: 'noopener noreferrer' },
      String(jobId),
      h('span', { class: 'visually-hidden' }, ' (AWS console, new tab)'),
    );
}

const time = { show: (value: Cell) => minute(String(value)) };

/** What is stuck: jobs in progress, those updated longest ago first. */
export function inProgressSection(combination: Combination): HTMLElement {
  const { inProgress, newestAt } = combination;
  const rows = records(inProgress.answer);
  const [jobs, stuck] = [numberOf(rows[0], 'jobs'), numberOf(rows[0], 'stuck_jobs')];
  return section({
    id: 'stuck',
    title: 'Longest in progress',
    lede:
      jobs === 0
        ? `No job is in progress at ${unbroken(newestAt)} UTC.`
        : `${counted(jobs, 'job')} in progress at ${unbroken(newestAt)} UTC; ${stuck === 0 ? 'none' : count(stuck)} of them not updated for a day or more.` +
          `${jobs > rows.length ? ` The ${count(rows.length)} that were updated longest ago:` : ''}`,
    content: [
      jobs > 0 &&
        table({
          caption: 'Jobs in progress',
          noun: 'job',
          hasFilter: true,
          columns: [
            { name: 'job', show: linked(combination) },
            { name: 'days without update', isNumeric: true, isAtLeast: true },
            { name: 'last updated, UTC', ...time },
            { name: 'created, UTC', ...time },
            { name: 'target selection', isChoice: true },
            { name: 'scopes' },
          ],
          rows: rows.map((row) => [
            textOf(row, 'job_id') || null,
            numberOf(row, 'idle_days'),
            ...['last_updated_at', 'created_at', 'target_selection'].map((name) => row[name] ?? null),
            textOf(row, 'scopes'),
          ]),
        }),
    ],
    restsOn: inProgress.restsOn,
    statements: [inProgress],
  });
}

/** What AWS deletes by itself before long. */
export function purgedSection(combination: Combination): HTMLElement {
  const { purgedSoon, newestAt } = combination;
  const rows = records(purgedSoon.answer);
  const jobs = numberOf(rows[0], 'jobs');
  const lede =
    jobs === 0
      ? `No job was completed or canceled so long ago that AWS purges it within 30 days of ${unbroken(newestAt)} UTC. It keeps jobs for 730 days after their end.`
      : `${counted(jobs, 'job')} ended 700 days ago or more: AWS purges jobs 730 days after their end. This history keeps what it has seen of them.` +
        `${jobs > rows.length ? ` The first ${count(rows.length)}:` : ''}`;
  return section({
    id: 'purged',
    title: 'What AWS will purge within 30 days',
    lede,
    content: [
      jobs > 0 &&
        table({
          caption: 'Jobs that AWS will purge',
          noun: 'job',
          hasFilter: true,
          columns: [
            { name: 'job', show: linked(combination) },
            { name: 'status', isChoice: true },
            { name: 'ended, UTC', ...time },
            { name: 'purged after, UTC', ...time },
            { name: 'created, UTC', ...time },
          ],
          rows: rows.map((row) =>
            ['job_id', 'status', 'ended_at', 'purged_at', 'created_at'].map((name) => row[name] ?? null),
          ),
        }),
    ],
    restsOn: purgedSoon.restsOn,
    statements: [purgedSoon],
  });
}
