import type { Cell, Combination, Section } from '../../model.ts';
import { numberOf, records, textOf } from '../base/answer.ts';
import { count, counted } from '../base/format.ts';
import { SECTION_TITLES, type SectionId } from '../base/section-titles.ts';
import { isInList } from '../sections/rollout-words.ts';

type Row = Readonly<Record<string, Cell>>;

/** Jobs of a section whose id has the text that is looked for. */
interface Found {
  readonly section: SectionId;
  /** Keys of the lists and tables that have them: their filters are `<key>.q` in the address. */
  readonly tables: readonly string[];
  readonly name: string;
  readonly jobs: number;
}

interface SearchResult {
  readonly found: readonly Found[];
  /** That there is none, and of which jobs the page knows nothing; may be empty. */
  readonly said: string;
}

interface Place {
  readonly section: SectionId;
  readonly table: string;
  readonly name: string;
  readonly ids: readonly string[];
  /** Another table that has some of them alone. */
  readonly other?: { readonly table: string; readonly ids: ReadonlySet<string> };
  /** Rows that there are; the page may have fewer. */
  readonly all: number;
}

/** In which sections an export has jobs whose id contains a text, whatever its case. */
export function findJobs(combination: Combination, text: string): SearchResult {
  const wanted = text.trim().toLowerCase();
  const places = placesOf(combination);
  const found = places.flatMap(({ section, name, table, other, ids }) => {
    const jobs = new Set(ids.filter((id) => id.toLowerCase().includes(wanted)));
    const isElsewhere = other && [...jobs].some((id) => other.ids.has(id));
    const tables = isElsewhere ? [table, other.table] : [table];
    return jobs.size > 0 ? [{ section, tables, name, jobs: jobs.size }] : [];
  });
  const cut = places.filter(({ ids, all }) => all > ids.length);
  const limits = cut.map(({ name, ids, all }) => `${count(ids.length)} of ${counted(all, 'row')} of ${name}`);
  const said = [
    found.length === 0 &&
      `No job on this page has “${text.trim()}” in its id: it has those that are in a rollout that was described, in progress, vanished in the last 31 days, or may be purged.`,
    limits.length > 0 && `The page has no more than ${limits.join(', ')}; npm run query finds the others.`,
  ];
  return { found, said: said.filter(Boolean).join(' ') };
}

function placesOf({ rollouts, inProgress, vanished, purgedSoon }: Combination): readonly Place[] {
  const place = (section: SectionId, rows: readonly Row[], all: number, kind = ''): Place => ({
    section,
    table: kind ? `${section}-${kind}` : section,
    name: kind ? `${SECTION_TITLES[section]}, ${kind}` : SECTION_TITLES[section],
    ids: rows.map((row) => textOf(row, 'job_id')),
    all,
  });
  const ofJobs = (section: SectionId, { answer }: Pick<Section, 'answer'>) =>
    place(section, records(answer), numberOf(records(answer)[0], 'jobs'));
  const rows = records(inProgress.answer);
  const isContinuous = ({ state }: Row) => state === 'CONTINUOUS';
  const continuous = numberOf(rows[0], 'continuous_jobs');
  const others = numberOf(rows[0], 'jobs') - continuous;
  return [
    ...(rollouts ? [withOther(place('rollouts', records(rollouts.answer), rollouts.described), rollouts)] : []),
    place(
      'overdue',
      rows.filter((row) => !isContinuous(row)),
      others,
    ),
    place('overdue', rows.filter(isContinuous), continuous, 'continuous'),
    ofJobs('vanished', vanished),
    ofJobs('purged', purgedSoon),
  ];
}

/** Rollouts in another status than those of the list are in the table of the numbers alone. */
function withOther(place: Place, { answer }: Pick<Section, 'answer'>): Place {
  const rows = records(answer).filter((row) => !isInList(row));
  return { ...place, other: { table: 'rollouts-numbers', ids: new Set(rows.map((row) => textOf(row, 'job_id'))) } };
}
