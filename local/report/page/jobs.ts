import type { Cell, Combination } from '../model.ts';
import { numberOf, records, textOf } from './answer.ts';
import { h } from './dom.ts';
import { count, counted, minute, unbroken } from './format.ts';
import { ofNewest } from './not-known.ts';
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

/** Shows a job as a link to its page in the console. */
export function linked(
  combination: Pick<Combination, 'region' | 'partition'>,
  shown: (jobId: string) => string = String,
) {
  return (jobId: Cell) =>
    h(
      'a',
      { href: consoleUrl(combination, String(jobId)), target: '_blank', rel: 'noopener noreferrer' },
      shown(String(jobId)),
      h('span', { class: 'visually-hidden' }, ' (AWS console, new tab)'),
    );
}

const time = { show: (value: Cell) => minute(String(value)) };

/** Jobs in progress, those changed longest ago first. */
export function inProgressSection(combination: Combination): HTMLElement {
  const { inProgress, newestAt } = combination;
  const rows = records(inProgress.answer);
  const [jobs, unchanged] = [numberOf(rows[0], 'jobs'), numberOf(rows[0], 'unchanged_jobs')];
  return section({
    id: 'in-progress',
    title: 'In progress, longest unchanged first',
    lede: ofNewest(
      combination,
      jobs === 0
        ? `No job is in progress at ${unbroken(newestAt)} UTC.`
        : `${counted(jobs, 'job')} in progress at ${unbroken(newestAt)} UTC; ${unchanged === 0 ? 'none' : count(unchanged)} of them not changed for a day or more. ` +
            'AWS does not say that the work of devices changes a job: one that is long unchanged may be at work, or stuck.' +
            `${jobs > rows.length ? ` The ${count(rows.length)} that were changed longest ago:` : ''}`,
    ),
    content: [
      jobs > 0 &&
        table({
          caption: 'Jobs in progress',
          noun: 'job',
          hasFilter: true,
          columns: [
            { name: 'job', show: linked(combination) },
            { name: 'days unchanged', isNumeric: true, isAtLeast: true },
            { name: 'last updated, UTC', ...time },
            { name: 'created, UTC', ...time },
            { name: 'target selection', isChoice: true },
            { name: 'scopes' },
          ],
          rows: rows.map((row) => [
            textOf(row, 'job_id') || null,
            numberOf(row, 'days_unchanged'),
            ...['last_updated_at', 'created_at', 'target_selection'].map((name) => row[name] ?? null),
            textOf(row, 'scopes'),
          ]),
        }),
    ],
    restsOn: inProgress.restsOn,
    statements: [inProgress],
  });
}

/** What AWS may delete by itself before long. */
export function purgedSection(combination: Combination): HTMLElement {
  const { purgedSoon, newestAt } = combination;
  const rows = records(purgedSoon.answer);
  const [jobs, byEnd] = [numberOf(rows[0], 'jobs'), numberOf(rows[0], 'jobs_by_end')];
  const rule = 'AWS keeps a job that is not in progress for 730 days, and does not say from when.';
  const lede =
    jobs === 0
      ? `${rule} No job that has ended was created 700 days or more before ${unbroken(newestAt)} UTC.`
      : `${rule} ${counted(jobs, 'job')} that ${jobs === 1 ? 'has' : 'have'} ended ${jobs === 1 ? 'was' : 'were'} created 700 days ago or more; ${byEnd === 0 ? 'none' : count(byEnd)} of them also ended so long ago. ` +
        `This history keeps what it has seen of them.${jobs > rows.length ? ` The first ${count(rows.length)}:` : ''}`;
  return section({
    id: 'purged',
    title: 'What AWS may purge before long',
    lede: ofNewest(combination, lede),
    content: [
      jobs > 0 &&
        table({
          caption: 'Jobs that AWS may purge',
          noun: 'job',
          hasFilter: true,
          columns: [
            { name: 'job', show: linked(combination) },
            { name: 'status', isChoice: true },
            { name: 'days since its end', isNumeric: true, isAtLeast: true },
            { name: 'days since its creation', isNumeric: true, isAtLeast: true },
            { name: 'ended, UTC', ...time },
            { name: 'created, UTC', ...time },
          ],
          rows: rows.map((row) =>
            ['job_id', 'status', 'days_since_end', 'days_since_creation', 'ended_at', 'created_at'].map(
              (name) => row[name] ?? null,
            ),
          ),
        }),
    ],
    restsOn: purgedSoon.restsOn,
    statements: [purgedSoon],
  });
}
