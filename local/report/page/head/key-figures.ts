import type { Combination, Report } from '../../model.ts';
import { h } from '../base/dom.ts';
import { type Icon, icon } from '../base/icon.ts';
import { nowOf } from '../base/now.ts';
import { sparkline } from '../charts/sparkline.ts';
import { type Figure, figuresOf, type Tone } from './figures-text.ts';
import { everyMinute } from './ticks.ts';
import { unbrokenTimes } from './verdict.ts';

const TONES: Readonly<Record<Exclude<Tone, 'PLAIN'>, readonly [icon: Icon, words: string]>> = {
  GOOD: ['good', 'good: '],
  BAD: ['bad', 'needs somebody: '],
  NOT_KNOWN: ['unknown', ''],
};

/** The key figures, each with its change, a sparkline, and a link to its section. */
export function keyFigures(report: Report, combination: Combination): HTMLElement {
  const cards = figuresOf(report, combination, nowOf(report)).map((figure) => {
    const card = h('a', { href: `#${figure.section}` });
    fill(card, figure);
    return card;
  });
  everyMinute(() => {
    for (const [i, figure] of figuresOf(report, combination, nowOf(report)).entries()) {
      const card = cards[i];
      if (card && card.dataset.content !== contentKey(figure)) fill(card, figure);
    }
  });
  return h('ul', { class: 'figures', 'aria-label': 'Key figures' }, ...cards.map((card) => h('li', {}, card)));
}

function fill(card: HTMLAnchorElement, figure: Figure): void {
  const { name, value, tone, notes, line } = figure;
  const [shape, words] = tone === 'PLAIN' ? [undefined, ''] : TONES[tone];
  const isNumber = /\d/.test(value) && value.length < 14;
  card.className = `figure figure-${tone.toLowerCase().replace('_', '-')}`;
  card.dataset.content = contentKey(figure);
  card.replaceChildren(
    h('span', { class: 'figure-name' }, name),
    h(
      'span',
      { class: isNumber ? 'figure-value' : 'figure-value figure-words' },
      shape ? icon(shape) : '',
      h('span', { class: 'visually-hidden' }, words),
      unbrokenTimes(value),
    ),
    ...notes.map((text) => h('span', { class: 'figure-note' }, unbrokenTimes(text))),
    ...(line && line.values.filter((one) => one !== null).length > 1
      ? [sparkline(line), h('span', { class: 'figure-range' }, unbrokenTimes(line.label))]
      : []),
  );
}

function contentKey({ value, tone, notes }: Figure): string {
  return [value, tone, ...notes].join('|');
}
