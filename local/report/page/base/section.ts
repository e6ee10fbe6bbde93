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
  /** Selects the title in {@link SECTION_TITLES}. */
  readonly id: SectionId;
  /** Summary, in a sentence or two. */
  readonly lede: string;
  readonly content: readonly (Node | false | undefined)[];
  /** The data that the numbers are computed from. */
  readonly restsOn: string;
  readonly numbers?: () => TableSpec;
  readonly statements: readonly Statement[];
}

/**
 * A section of the page: its content, its numbers as a table, the data that they are computed from, and the SQL. Without
 * content it is only its title and a line, with the rest on demand.
 */
export function section({ id, lede, content, restsOn, numbers, statements }: SectionSpec): HTMLElement {
  const heading = newId();
  const title = SECTION_TITLES[id];
  const basis = h('p', { class: 'rests-on' }, `Rests on ${restsOn}.`);
  const isEmpty = !numbers && !content.some(Boolean);
  const sql = (statement: Statement, i: number) => statementElement(statement, `${title} ${i + 1}`);
  return h(
    'section',
    { id, class: isEmpty && 'is-empty', 'aria-labelledby': heading },
    h('h2', { id: heading, tabindex: -1 }, title),
    h('p', { class: 'lede' }, lede),
    ...content,
    numbers && numbersElement(numbersKey(id), numbers),
    ...(isEmpty
      ? statements.length > 0
        ? [lazyDetails('SQL for Athena, and what this rests on', () => h('div', {}, ...statements.map(sql), basis))]
        : []
      : [
          ...statements.map((statement, i) =>
            lazyDetails(`SQL for Athena${statements.length > 1 ? `: ${statement.question}` : ''}`, () =>
              sql(statement, i),
            ),
          ),
          basis,
        ]),
  );
}

/** Default key of a section's numbers in the URL. */
function numbersKey(id: SectionId): string {
  return `${id}-numbers`;
}

function numbersElement(key: string, numbers: () => TableSpec): HTMLElement {
  return markTable(
    key,
    lazyDetails('The numbers as a table', () => table({ key, ...numbers() })),
  );
}

/** Marks a `<details>` with the key of its table, so that it can be opened if the URL has a filter of it. */
export function markTable(key: string, details: HTMLDetailsElement): HTMLDetailsElement {
  details.dataset.table = key;
  return details;
}

function statementElement({ question, sql, notes }: Statement, name: string): HTMLElement {
  return h(
    'div',
    {},
    h('p', {}, `${question}${notes ? ` ${notes}` : ''} The database is iot_jobs, unless the stack has another name.`),
    copyable({ noun: 'SQL', label: `SQL: ${name}`, text: sql }),
  );
}
