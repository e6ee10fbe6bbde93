import type { Cell, Combination } from '../model.ts';
import { numberOf, records, textOf } from './answer.ts';
import { h } from './dom.ts';
import { count, counted, minute, unbroken } from './format.ts';
import { inProgressLede } from './in-progress-words.ts';
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

/** Jobs in progress, those first that are so for longest. */
export function inProgressSection(combination: Combination): HTMLElement {
  const { inProgress } = combination;
  const rows = records(inProgress.answer);
  return section({
    id: 'in-progress',
    title: 'In progress, longest first',
    lede: ofNewest(combination, inProgressLede(combination)),
    content: [
      rows.length > 0 &&
        table({
          caption: 'Jobs in progress',
          noun: 'job',
          hasFilter: true,
          columns: [
            { name: 'job', show: linked(combination) },
            { name: 'days in progress', isNumeric: true, isAtLeast: true },
            { name: 'in progress since, UTC', ...time },
            { name: 'last updated, UTC', ...time },
            { name: 'created, UTC', ...time },
            { name: 'target selection', isChoice: true },
            { name: 'scopes' },
          ],
          rows: rows.map((row) => [
            textOf(row, 'job_id') || null,
            ...['days_in_progress', 'in_progress_since', 'last_updated_at', 'created_at', 'target_selection'].map(
              (name) => row[name] ?? null,
            ),
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
