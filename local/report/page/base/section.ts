import { type TableSpec, table } from '../tables/table.ts';
import { h, lazyDetails, newId } from './dom.ts';

interface Statement {
  readonly question: string;
  readonly sql: string;
  readonly notes: string;
}

export interface SectionSpec {
  readonly id: string;
  readonly title: string;
  /** What there is to see, in a sentence or two. */
  readonly lede: string;
  readonly content: readonly (Node | false | undefined)[];
  /** All that the numbers rest on. */
  readonly restsOn: string;
  readonly numbers?: () => TableSpec;
  readonly statements: readonly Statement[];
}

/** A part of the page: what is to be seen, the numbers of it as a table, what they rest on, and the SQL. */
export function section({ id, title, lede, content, restsOn, numbers, statements }: SectionSpec): HTMLElement {
  const heading = newId();
  return h(
    'section',
    { id, 'aria-labelledby': heading },
    h('h2', { id: heading }, title),
    h('p', { class: 'lede' }, lede),
    ...content,
    numbers && lazyDetails('The numbers as a table', () => table(numbers())),
    ...statements.map((statement, i) =>
      lazyDetails(`SQL for Athena${statements.length > 1 ? `: ${statement.question}` : ''}`, () =>
        statementShown(statement, `${title} ${i + 1}`),
      ),
    ),
    h('p', { class: 'rests-on' }, `Rests on ${restsOn}.`),
  );
}

function statementShown({ question, sql, notes }: Statement, name: string): HTMLElement {
  const code = h('code', {}, sql);
  const pre = h('pre', { tabindex: 0, role: 'region', 'aria-label': `SQL: ${name}` }, code);
  const said = h('span', { role: 'status' });
  const copy = () => {
    navigator.clipboard.writeText(sql).then(
      () => {
        said.textContent = 'Copied.';
      },
      () => {
        getSelection()?.selectAllChildren(code);
        said.textContent = 'The browser does not let this page copy: the SQL is selected, copy it with the keyboard.';
      },
    );
  };
  return h(
    'div',
    {},
    h(
      'p',
      {},
      `${question}${notes ? ` ${notes}` : ''} The database is iot_jobs, unless the stack was told another name.`,
    ),
    pre,
    h('p', {}, h('button', { type: 'button', click: copy }, 'Copy the SQL'), ' ', said),
  );
}
