import { type TableSpec, table } from '../tables/table.ts';
import { copyable } from './copyable.ts';
import { h, lazyDetails, newId } from './dom.ts';
import { SECTION_TITLES, type SectionId } from './section-titles.ts';

interface Statement {
  readonly question: string;
  readonly sql: string;
  readonly notes: string;
}

export interface SectionSpec {
  /** Its title is that of {@link SECTION_TITLES}. */
  readonly id: SectionId;
  /** What there is to see, in a sentence or two. */
  readonly lede: string;
  readonly content: readonly (Node | false | undefined)[];
  /** All that the numbers rest on. */
  readonly restsOn: string;
  readonly numbers?: () => TableSpec;
  readonly statements: readonly Statement[];
}

/**
 * A part of the page: what is to be seen, the numbers of it as a table, what they rest on, and the SQL. Where there is nothing to be
 * seen it is its title and a line, which has the rest on demand.
 */
export function section({ id, lede, content, restsOn, numbers, statements }: SectionSpec): HTMLElement {
  const heading = newId();
  const title = SECTION_TITLES[id];
  const rest = h('p', { class: 'rests-on' }, `Rests on ${restsOn}.`);
  const isEmpty = !numbers && !content.some(Boolean);
  const sql = (statement: Statement, i: number) => statementShown(statement, `${title} ${i + 1}`);
  return h(
    'section',
    { id, class: isEmpty && 'is-empty', 'aria-labelledby': heading },
    h('h2', { id: heading, tabindex: -1 }, title),
    h('p', { class: 'lede' }, lede),
    ...content,
    numbers && numbersShown(numbersKey(id), numbers),
    ...(isEmpty
      ? statements.length > 0
        ? [lazyDetails('SQL for Athena, and what this rests on', () => h('div', {}, ...statements.map(sql), rest))]
        : []
      : [
          ...statements.map((statement, i) =>
            lazyDetails(`SQL for Athena${statements.length > 1 ? `: ${statement.question}` : ''}`, () =>
              sql(statement, i),
            ),
          ),
          rest,
        ]),
  );
}

/** Key of the numbers of a section in the address, where they have none of their own. */
function numbersKey(id: SectionId): string {
  return `${id}-numbers`;
}

function numbersShown(key: string, numbers: () => TableSpec): HTMLElement {
  return withTable(
    key,
    lazyDetails('The numbers as a table', () => table({ key, ...numbers() })),
  );
}

/** Says which table is folded up, so that it can be unfolded where the address has a filter of it. */
export function withTable(key: string, details: HTMLDetailsElement): HTMLDetailsElement {
  details.dataset.table = key;
  return details;
}

function statementShown({ question, sql, notes }: Statement, name: string): HTMLElement {
  return h(
    'div',
    {},
    h(
      'p',
      {},
      `${question}${notes ? ` ${notes}` : ''} The database is iot_jobs, unless the stack was told another name.`,
    ),
    copyable({ noun: 'SQL', label: `SQL: ${name}`, text: sql }),
  );
}
