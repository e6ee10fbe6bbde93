import type { Combination, Report } from '../../model.ts';
import { h } from '../base/dom.ts';
import { type Icon, icon } from '../base/icon.ts';
import { nowOf } from '../base/now.ts';
import type { Finding } from './findings.ts';
import { everyMinute } from './ticks.ts';
import { type Verdict, verdictOf } from './verdict-words.ts';

const OF_FRESHNESS: Readonly<Record<Verdict['freshness'], Icon>> = {
  FRESH: 'good',
  STALE: 'bad',
  ENDED: 'note',
  NOT_KNOWN: 'unknown',
};
const OF_STATE: Readonly<Record<Verdict['state'], Icon>> = {
  WELL: 'good',
  NEEDS_SOMEBODY: 'bad',
  NOT_KNOWN: 'unknown',
  EMPTY: 'unknown',
};
const KINDS: Readonly<Record<Finding['kind'], readonly [icon: Icon, words: string]>> = {
  NEEDS_SOMEBODY: ['bad', 'Needs somebody: '],
  NOT_KNOWN: ['unknown', 'Not known: '],
  NOTE: ['note', 'Note: '],
};

/** Whether all is well: the first that the page says. */
export function verdictShown(report: Report, combination: Combination | undefined): HTMLElement {
  const now = () => verdictOf(report, combination, nowOf(report));
  const first = now();
  const headline = h('p', { class: 'verdict-headline' });
  const summary = h('p', { class: 'verdict-summary' });
  const said = h('span', { class: 'visually-hidden', role: 'status' });
  const box = h(
    'div',
    { id: 'verdict', role: 'region', 'aria-label': 'Verdict' },
    headline,
    summary,
    items(first.items),
    said,
  );
  const show = (verdict: Verdict) => {
    box.className = `verdict verdict-${OF_STATE[verdict.state]}`;
    headline.replaceChildren(icon(OF_FRESHNESS[verdict.freshness]), h('span', {}, unbrokenTimes(verdict.headline)));
    summary.replaceChildren(icon(summaryIcon(verdict)), h('span', {}, unbrokenTimes(verdict.summary)));
    summary.hidden = verdict.summary === '';
  };
  show(first);
  let { freshness } = first;
  everyMinute(() => {
    const verdict = now();
    show(verdict);
    // An age is not worth an interruption every minute; that it became stale is.
    if (verdict.freshness !== freshness) said.textContent = verdict.headline;
    freshness = verdict.freshness;
  });
  return box;
}

/** Of the findings alone: that the newest snapshot is old, the headline says. */
function summaryIcon({ items }: Verdict): Icon {
  const has = (kind: Finding['kind']) => items.some((item) => item.kind === kind);
  return has('NEEDS_SOMEBODY') ? 'bad' : has('NOT_KNOWN') ? 'unknown' : 'good';
}

function items(all: readonly Finding[]): HTMLElement | false {
  if (all.length === 0) return false;
  return h('ul', { class: 'verdict-items' }, ...all.map(item));
}

function item({ kind, section, what, more }: Finding): HTMLElement {
  const [name, words] = KINDS[kind];
  const link = h('a', { href: `#${section}` }, what);
  return h(
    'li',
    {},
    icon(name),
    h('span', {}, h('span', { class: 'visually-hidden' }, words), link, unbrokenTimes(more), '.'),
  );
}

/** Times and schedules that lines do not break. */
export function unbrokenTimes(text: string): string {
  const schedules = text.replaceAll(/(cron|rate)\([^)]*\)/g, (schedule) => schedule.replaceAll(' ', '\u00a0'));
  return schedules.replaceAll(/\d{4}-\d\d-\d\d( \d\d:\d\d)?/g, (time) =>
    time.replaceAll('-', '\u2011').replace(' ', '\u00a0'),
  );
}
