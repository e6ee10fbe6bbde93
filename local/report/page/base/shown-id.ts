import { h } from './dom.ts';

/** Characters of an id that has room wherever ids are shown. */
const SHORT = 40;
/** Ids of one kind differ at their ends. */
const END = 12;

/**
 * An id that the style sheet can show without its middle. It is whole in the page: what is copied, found and read aloud is
 * the id, and it is there to hover.
 */
export function shownId(id: string): Node | string {
  if (id.length <= SHORT) return id;
  const start = h('span', { class: 'id-start' }, id.slice(0, -END));
  return h('span', { class: 'id', title: id }, start, h('span', { class: 'id-end' }, id.slice(-END)));
}
