import { h, svg } from '../base/dom.ts';

export type Mood = 'bad' | 'doubtful' | 'good' | 'quiet';

const BACK = { fill: 'none', stroke: 'currentColor', 'stroke-width': 1.8, 'stroke-linejoin': 'round' };
const LINE = { ...BACK, 'stroke-linecap': 'round' };
const dot = (cy: number) => svg('circle', { cx: 8, cy, r: 1.1, fill: 'currentColor' });

const ICONS: Readonly<Record<Mood, () => readonly SVGElement[]>> = {
  bad: () => [svg('path', { ...BACK, d: 'M8 1.8L15 14.2H1Z' }), svg('path', { ...LINE, d: 'M8 6.4V9.6' }), dot(12)],
  doubtful: () => [
    svg('circle', { ...BACK, cx: 8, cy: 8, r: 6.6 }),
    svg('path', { ...LINE, d: 'M6 6.2A2 2 0 1 1 8.4 8.2Q8 8.5 8 9.2' }),
    dot(11.6),
  ],
  good: () => [svg('path', { ...LINE, d: 'M2.5 8.5L6.2 12.2L13.5 4.2' })],
  quiet: () => [svg('circle', { ...BACK, cx: 8, cy: 8, r: 5.5 })],
};

/** A state by a word, a form and a colour: none of them is needed to tell it. */
export function stateMark(mood: Mood, words: string): HTMLElement {
  const icon = svg('svg', { viewBox: '0 0 16 16', width: 14, height: 14, 'aria-hidden': 'true' }, ...ICONS[mood]());
  return h('span', { class: `state state-${mood}` }, icon, words);
}
