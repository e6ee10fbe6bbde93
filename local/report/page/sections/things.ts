import { h, newId, svg } from '../base/dom.ts';
import { count } from '../base/format.ts';

/** Kinds of things of a rollout, in the order of a bar from left to right, each with the columns that are summed. */
export const KINDS = [
  { name: 'succeeded', columns: ['succeeded_things'] },
  { name: 'failed', columns: ['failed_things', 'rejected_things', 'timed_out_things'] },
  { name: 'canceled or removed', columns: ['canceled_things', 'removed_things'] },
  { name: 'in progress', columns: ['in_progress_things'] },
  { name: 'queued', columns: ['queued_things'] },
] as const;

type Kind = (typeof KINDS)[number]['name'];

const HEIGHT = 16;
/** Minimum width of a part in percent, so that it is visible. */
const MIN_PERCENT = 0.5;

/** Number of things of each kind; null: not known. */
export type Things = ReadonlyMap<Kind, number | null>;

/** Fills of the bars of a section: kinds differ by pattern as well as by colour. */
export interface Fills {
  /** The patterns, which must be in the page. */
  readonly element: SVGElement;
  of(kind: Kind): string;
}

export function fills(): Fills {
  const ids = new Map(KINDS.map(({ name }) => [name, newId()]));
  const patterns = KINDS.map(({ name }) =>
    svg(
      'pattern',
      { id: ids.get(name) ?? '', width: 8, height: 8, patternUnits: 'userSpaceOnUse' },
      svg('rect', { width: 8, height: 8, class: `things ${classOf(name)}` }),
      ...marksOf(name),
    ),
  );
  const element = svg(
    'svg',
    { class: 'fills', width: 0, height: 0, 'aria-hidden': 'true' },
    svg('defs', {}, ...patterns),
  );
  return { element, of: (kind) => `url(#${ids.get(kind)})` };
}

function marksOf(kind: Kind): SVGElement[] {
  if (kind === 'failed') return [svg('path', { d: 'M0 0L8 8M8 0L0 8', class: 'mark' })];
  if (kind === 'canceled or removed') return [svg('circle', { cx: 4, cy: 4, r: 1.6, class: 'mark-dot' })];
  return kind === 'in progress' ? [svg('path', { d: 'M-2 2L2 -2M0 8L8 0M6 10L10 6', class: 'mark' })] : [];
}

function classOf(kind: Kind): string {
  return `things-${kind.replaceAll(' ', '-')}`;
}

/** Legend of the fills. */
export function thingsKey(fills: Fills): HTMLElement {
  const swatch = (kind: Kind) =>
    svg(
      'svg',
      { width: 14, height: 12, 'aria-hidden': 'true' },
      svg('rect', { width: 14, height: 12, rx: 2, fill: fills.of(kind) }),
    );
  const names = KINDS.map(({ name }) => [name, name === 'failed' ? 'failed, rejected or timed out' : name] as const);
  return h('ul', { class: 'things-key' }, ...names.map(([kind, text]) => h('li', {}, swatch(kind), text)));
}

/** A bar of the things of a rollout; all numbers must be known, and one must be above 0. */
export function thingsBar(things: Things, fills: Fills): SVGElement {
  const present = KINDS.map(({ name }) => ({ name, value: things.get(name) ?? 0 })).filter(({ value }) => value > 0);
  const total = present.reduce((sum, { value }) => sum + value, 0);
  const widths = present.map(({ value }) => Math.max((100 * value) / total, MIN_PERCENT));
  const all = widths.reduce((sum, width) => sum + width, 0);
  let x = 0;
  const parts = present.map(({ name, value }, i) => {
    const width = (100 * (widths[i] ?? 0)) / all;
    const title = svg('title');
    title.textContent = `${count(value)} ${name}`;
    const place = { x: `${x}%`, width: `${width}%`, height: HEIGHT };
    x += width;
    return svg('rect', { ...place, fill: fills.of(name) }, title);
  });
  const label = `${present.map(({ name, value }) => `${count(value)} ${name}`).join(', ')}, of ${count(total)}`;
  return svg('svg', { class: 'things-bar', width: '100%', height: HEIGHT, role: 'img', 'aria-label': label }, ...parts);
}
