import type { Combination, Report } from '../../model.ts';
import { h } from '../base/dom.ts';
import { icon } from '../base/icon.ts';
import { nowOf } from '../base/now.ts';
import { SECTION_TITLES, type SectionId } from '../base/section-titles.ts';
import { urlState } from '../base/url-state.ts';
import type { Finding } from './findings.ts';
import { verdictOf } from './verdict-text.ts';

const IDS = Object.keys(SECTION_TITLES) as SectionId[];
/** Part of the window, below the bar, whose first section counts as current. */
const BAND = '-64px 0px -65% 0px';

let observer: IntersectionObserver | undefined;
let footer: IntersectionObserver | undefined;
let updateCurrent = () => {};

// At the end of the page a link may change the section without scrolling.
addEventListener('hashchange', () => updateCurrent());

/** Links to the sections, always visible, with the current section and the sections with findings marked. */
export function contents(report: Report, combination: Combination): HTMLElement {
  const { items } = verdictOf(report, combination, nowOf(report));
  const links = new Map(IDS.map((id) => [id, h('a', { href: `#${id}` }, SECTION_TITLES[id], ...mark(items, id))]));
  const list = h('ul', {}, ...[...links.values()].map((link) => h('li', {}, link)));
  const nav = h('nav', { class: 'contents', 'aria-label': 'Sections' }, list);
  const showOverflow = () => {
    nav.classList.toggle('has-before', list.scrollLeft > 4);
    nav.classList.toggle('has-after', list.scrollLeft + list.clientWidth < list.scrollWidth - 4);
  };
  list.addEventListener('scroll', showOverflow, { passive: true });
  new ResizeObserver(showOverflow).observe(list);
  trackReading(links, list);
  return nav;
}

function mark(items: readonly Finding[], id: SectionId): (Node | string)[] {
  const of = items.filter(({ section }) => section === id);
  const hidden = (words: string) => h('span', { class: 'visually-hidden' }, ` (${words})`);
  if (of.some(({ kind }) => kind === 'NEEDS_SOMEBODY')) return [icon('bad'), hidden('needs somebody')];
  if (of.some(({ kind }) => kind === 'NOT_KNOWN')) return [icon('unknown'), hidden('not all is known')];
  return [];
}

/** Marks the link of the current section. May be called before the sections are on the page. */
function trackReading(links: ReadonlyMap<SectionId, HTMLElement>, list: HTMLElement): void {
  observer?.disconnect();
  footer?.disconnect();
  const inBand = new Set<string>();
  let current: SectionId | undefined;
  const show = () => {
    const shown = isAtEnd()
      ? sectionAtEnd()
      : (IDS.find((id) => inBand.has(id)) ?? (isAboveAll() ? undefined : current));
    if (shown === current) return;
    current = shown;
    for (const [id, link] of links) {
      if (id === shown) link.setAttribute('aria-current', 'true');
      else link.removeAttribute('aria-current');
    }
    const link = shown && links.get(shown);
    // Scrolls only the bar, not the page.
    if (link) list.scrollTo({ left: link.offsetLeft - (list.clientWidth - link.offsetWidth) / 2 });
  };
  updateCurrent = show;
  observer = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) {
        if (isIntersecting) inBand.add(target.id);
        else inBand.delete(target.id);
      }
      show();
    },
    { rootMargin: BAND },
  );
  footer = new IntersectionObserver(show, { threshold: [0, 0.5, 1] });
  requestAnimationFrame(() => {
    for (const id of IDS) {
      const place = document.getElementById(id);
      if (place) observer?.observe(place);
    }
    const foot = document.querySelector('footer');
    if (foot) footer?.observe(foot);
  });
}

function isAboveAll(): boolean {
  return (document.getElementById(IDS[0] ?? '')?.getBoundingClientRect().top ?? 0) > 0;
}

function isAtEnd(): boolean {
  return scrollY > 0 && innerHeight + scrollY >= document.documentElement.scrollHeight - 4;
}

/** The last sections cannot scroll up to the bar: the section in the URL is current, if it is visible, else the last. */
function sectionAtEnd(): SectionId | undefined {
  const target = IDS.find((id) => id === urlState.anchor());
  const top = target && document.getElementById(target)?.getBoundingClientRect().top;
  return typeof top === 'number' && top >= 0 && top < innerHeight ? target : IDS.at(-1);
}
