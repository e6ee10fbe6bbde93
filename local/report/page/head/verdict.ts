import type { Combination, Report } from '../../model.ts';
import { h } from '../base/dom.ts';
import { type Icon, icon } from '../base/icon.ts';
import { nowOf } from '../base/now.ts';
import type { Finding } from './findings.ts';
import { everyMinute } from './ticks.ts';
import { type Verdict, verdictOf } from './verdict-text.ts';

const FRESHNESS_ICONS: Readonly<Record<Verdict['freshness'], Icon>> = {
  FRESH: 'good',
  STALE: 'bad',
  ENDED: 'note',
  NOT_KNOWN: 'unknown',
};
const STATE_ICONS: Readonly<Record<Verdict['state'], Icon>> = {
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

/** The verdict, at the top of the page. */
export function verdictElement(report: Report, combination: Combination | undefined): HTMLElement {
  const now = () => verdictOf(report, combination, nowOf(report));
  const first = now();
  const headline = h('p', { class: 'verdict-headline' });
  const summary = h('p', { class: 'verdict-summary' });
  const announcement = h('span', { class: 'visually-hidden', role: 'status' });
  const box = h(
    'div',
    { id: 'verdict', role: 'region', 'aria-label': 'Verdict' },
    headline,
    summary,
    items(first.items),
    announcement,
  );
  const show = (verdict: Verdict) => {
    box.className = `verdict verdict-${STATE_ICONS[verdict.state]}`;
    headline.replaceChildren(icon(FRESHNESS_ICONS[verdict.freshness]), h('span', {}, unbrokenTimes(verdict.headline)));
    summary.replaceChildren(icon(summaryIcon(verdict)), h('span', {}, unbrokenTimes(verdict.summary)));
    summary.hidden = verdict.summary === '';
  };
  show(first);
  let { freshness } = first;
  everyMinute(() => {
    const verdict = now();
    show(verdict);
    // Announces to screen readers only that it became stale, not its age every minute.
    if (verdict.freshness !== freshness) announcement.textContent = verdict.headline;
    freshness = verdict.freshness;
  });
  return box;
}

/** Icon of the findings only: the headline shows whether the newest snapshot is fresh. */
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

/** Replaces characters of times and schedules so that lines do not break in them. */
export function unbrokenTimes(text: string): string {
  const schedules = text.replaceAll(/(cron|rate)\([^)]*\)/g, (schedule) => schedule.replaceAll(' ', '\u00a0'));
  return schedules.replaceAll(/\d{4}-\d\d-\d\d( \d\d:\d\d)?/g, (time) =>
    time.replaceAll('-', '\u2011').replace(' ', '\u00a0'),
  );
}
