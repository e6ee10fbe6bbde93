import type { Cell, Combination, Commands, Section } from '../../model.ts';
import { numberOf, records, textOf } from '../base/answer.ts';
import { count, counted } from '../base/format.ts';
import { SECTION_TITLES, type SectionId } from '../base/section-titles.ts';
import { isInList } from '../sections/rollout-text.ts';

type Row = Readonly<Record<string, Cell>>;

/** Jobs of a section whose id contains the text. */
interface Found {
  readonly section: SectionId;
  /** Keys of the lists and tables that contain them: their filters are `<key>.q` in the URL. */
  readonly tables: readonly string[];
  readonly name: string;
  readonly jobs: number;
}

interface SearchResult {
  readonly found: readonly Found[];
  /** Says that none was found, and which jobs are not on the page; may be empty. */
  readonly message: string;
}

interface JobList {
  readonly section: SectionId;
  readonly table: string;
  readonly name: string;
  readonly ids: readonly string[];
  /** Another table, which has some of them that the first has not. */
  readonly other?: { readonly table: string; readonly ids: ReadonlySet<string> };
  /** Number of rows of the answer; the page may have fewer. */
  readonly all: number;
}

/** Finds jobs of an export whose id contains a text, ignoring case, by section. */
export function findJobs(combination: Combination, text: string, { query }: Pick<Commands, 'query'>): SearchResult {
  const wanted = text.trim().toLowerCase();
  const lists = jobLists(combination);
  const found = lists.flatMap(({ section, name, table, other, ids }) => {
    const jobs = new Set(ids.filter((id) => id.toLowerCase().includes(wanted)));
    const isElsewhere = other && [...jobs].some((id) => other.ids.has(id));
    const tables = isElsewhere ? [table, other.table] : [table];
    return jobs.size > 0 ? [{ section, tables, name, jobs: jobs.size }] : [];
  });
  const cut = lists.filter(({ ids, all }) => all > ids.length);
  const limits = cut.map(({ name, ids, all }) => `${count(ids.length)} of ${counted(all, 'row')} of ${name}`);
  const message = [
    found.length === 0 &&
      `No job on this page has “${text.trim()}” in its id: it has those that are in a rollout that was described, in progress, vanished in the last 31 days, or may be purged.`,
    limits.length > 0 && `The page has no more than ${limits.join(', ')}; ${query} finds the others.`,
  ];
  return { found, message: message.filter(Boolean).join(' ') };
}

function jobLists({ rollouts, inProgress, vanished, purgedSoon }: Combination): readonly JobList[] {
  const jobList = (section: SectionId, rows: readonly Row[], all: number, kind = ''): JobList => ({
    section,
    table: kind ? `${section}-${kind}` : section,
    name: kind ? `${SECTION_TITLES[section]}, ${kind}` : SECTION_TITLES[section],
    ids: rows.map((row) => textOf(row, 'job_id')),
    all,
  });
  const listOfSection = (section: SectionId, { answer }: Pick<Section, 'answer'>) =>
    jobList(section, records(answer), numberOf(records(answer)[0], 'jobs'));
  const rows = records(inProgress.answer);
  const isContinuous = ({ state }: Row) => state === 'CONTINUOUS';
  const continuous = numberOf(rows[0], 'continuous_jobs');
  const others = numberOf(rows[0], 'jobs') - continuous;
  return [
    ...(rollouts ? [withOtherTable(jobList('rollouts', records(rollouts.answer), rollouts.described), rollouts)] : []),
    jobList(
      'overdue',
      rows.filter((row) => !isContinuous(row)),
      others,
    ),
    jobList('overdue', rows.filter(isContinuous), continuous, 'continuous'),
    listOfSection('vanished', vanished),
    listOfSection('purged', purgedSoon),
  ];
}

/** Adds the table of the numbers, which alone has the rollouts in other statuses than the list. */
function withOtherTable(jobList: JobList, { answer }: Pick<Section, 'answer'>): JobList {
  const rows = records(answer).filter((row) => !isInList(row));
  return { ...jobList, other: { table: 'rollouts-numbers', ids: new Set(rows.map((row) => textOf(row, 'job_id'))) } };
}
