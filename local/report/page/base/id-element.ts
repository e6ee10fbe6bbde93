import { h } from './dom.ts';

/** Characters of an id that is always shown whole. */
const SHORT = 40;
/** Characters of the end that is always shown: similar ids differ there. */
const END = 12;

/**
 * An id that the style sheet can shorten in the middle. The page contains it whole, for copying, searching and screen
 * readers, and shows it as a tooltip.
 */
export function idElement(id: string): Node | string {
  if (id.length <= SHORT) return id;
  const start = h('span', { class: 'id-start' }, id.slice(0, -END));
  return h('span', { class: 'id', title: id }, start, h('span', { class: 'id-end' }, id.slice(-END)));
}
