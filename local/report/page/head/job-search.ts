import type { Combination, Commands } from '../../model.ts';
import { h } from '../base/dom.ts';
import { counted } from '../base/format.ts';
import { urlState } from '../base/url-state.ts';
import { findJobs } from './job-search-text.ts';

/** Key in the URL. */
const KEY = 'job';

/** Opens the tables that the URL has a filter of, so that the search results are visible. */
export function unfoldSearched(): void {
  for (const folded of document.querySelectorAll<HTMLDetailsElement>('details[data-table]')) {
    if (urlState.hasFilterOf(folded.dataset.table ?? '')) folded.open = true;
  }
}

/** A field that finds a job in all sections of the shown export. */
export function jobSearch(
  shown: () => Combination | undefined,
  commands: Commands,
): { readonly element: HTMLElement; update(): void } {
  const field = h('input', { type: 'search', id: 'job-search', placeholder: 'part of a job id', autocomplete: 'off' });
  const result = h('div', { class: 'search-result', role: 'status' });
  const update = () => {
    const text = urlState.get(KEY) ?? '';
    if (field.value.trim() !== text) field.value = text;
    const combination = shown();
    if (text === '' || !combination) {
      result.replaceChildren();
      return;
    }
    const { found, message } = findJobs(combination, text, commands);
    const links = found.map(({ section, tables, name, jobs }) => {
      const changes = Object.fromEntries(tables.map((table) => [`${table}.q`, text]));
      const link = h('a', { href: urlState.href(section, changes) }, `${name}: ${counted(jobs, 'job')}`);
      link.addEventListener('click', (event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        urlState.go(section, changes);
      });
      return h('li', {}, link);
    });
    result.replaceChildren(
      ...(links.length > 0 ? [h('ul', {}, ...links)] : []),
      ...(message ? [h('p', {}, message)] : []),
    );
  };
  field.addEventListener('input', () => {
    urlState.set(KEY, field.value.trim());
    update();
  });
  const label = h('label', { for: field.id, class: 'visually-hidden' }, 'Find a job on the whole page');
  return { element: h('div', { class: 'search' }, label, field, result), update };
}
