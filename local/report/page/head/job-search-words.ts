import type { Combination, Section } from '../../model.ts';
import { numberOf, records, textOf } from '../base/answer.ts';
import { count, counted } from '../base/format.ts';
import { SECTION_TITLES, type SectionId } from '../base/section-titles.ts';

/** Jobs of a section whose id has the text that is looked for. */
export interface Found {
  readonly section: SectionId;
  readonly jobs: number;
}

export interface SearchResult {
  readonly found: readonly Found[];
  /** That there is none, and of which jobs the page knows nothing; may be empty. */
  readonly said: string;
}

interface Place {
  readonly section: SectionId;
  readonly answer: Section['answer'];
  /** Jobs that there are; the page may have fewer. */
  readonly all: number;
}

/** In which sections an export has jobs whose id contains a text, whatever its case. */
export function findJobs(combination: Combination, text: string): SearchResult {
  const wanted = text.trim().toLowerCase();
  const places = placesOf(combination);
  const found = places.flatMap(({ section, answer }) => {
    const ids = records(answer).map((row) => textOf(row, 'job_id'));
    const jobs = new Set(ids.filter((id) => id.toLowerCase().includes(wanted))).size;
    return jobs > 0 ? [{ section, jobs }] : [];
  });
  const cut = places.filter(({ answer, all }) => all > answer.rows.length);
  const limits = cut.map(
    ({ section, answer, all }) =>
      `${count(answer.rows.length)} of ${counted(all, 'row')} of ${SECTION_TITLES[section]}`,
  );
  const said = [
    found.length === 0 &&
      `No job on this page has “${text.trim()}” in its id: it has those that are in a rollout that was described, in progress, vanished in the last 31 days, or may be purged.`,
    limits.length > 0 && `The page has no more than ${limits.join(', ')}; npm run query finds the others.`,
  ];
  return { found, said: said.filter(Boolean).join(' ') };
}

function placesOf({ rollouts, inProgress, vanished, purgedSoon }: Combination): readonly Place[] {
  const ofJobs = (section: SectionId, { answer }: Pick<Section, 'answer'>): Place => ({
    section,
    answer,
    all: numberOf(records(answer)[0], 'jobs'),
  });
  return [
    ...(rollouts ? [{ section: 'rollouts' as const, answer: rollouts.answer, all: rollouts.described }] : []),
    ofJobs('overdue', inProgress),
    ofJobs('vanished', vanished),
    ofJobs('purged', purgedSoon),
  ];
}
