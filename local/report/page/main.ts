import type { Combination, Commands, Report } from '../model.ts';
import { h } from './base/dom.ts';
import { counted, minute } from './base/format.ts';
import type { SectionId } from './base/section-titles.ts';
import { removeThemeListeners, themeChoice } from './base/theme.ts';
import { urlState } from './base/url-state.ts';
import { aboutText } from './head/about-text.ts';
import { contents } from './head/contents.ts';
import { nextStepsElement } from './head/empty.ts';
import { chosenExport, exportsChoice } from './head/exports-choice.ts';
import { jobSearch, unfoldSearched } from './head/job-search.ts';
import { keyFigures } from './head/key-figures.ts';
import { removeTickListeners } from './head/ticks.ts';
import { verdictElement } from './head/verdict.ts';
import { countsSection } from './sections/counts.ts';
import { durationsSection } from './sections/durations.ts';
import { flowsSection } from './sections/flows.ts';
import { movedSection } from './sections/moved.ts';
import { overdueSection } from './sections/overdue.ts';
import { purgedSection } from './sections/purged.ts';
import { reportingSection } from './sections/reporting.ts';
import { rolloutsSection } from './sections/rollouts.ts';
import { snapshotsSection } from './sections/snapshots.ts';
import { vanishedSection } from './sections/vanished.ts';
import { nameDownloads } from './tables/download.ts';
import { followServer } from './watch.ts';

const SECTIONS: Readonly<
  Record<Exclude<SectionId, 'reporting'>, (combination: Combination, commands: Commands) => HTMLElement>
> = {
  rollouts: rolloutsSection,
  overdue: overdueSection,
  counts: countsSection,
  moved: movedSection,
  durations: durationsSection,
  vanished: vanishedSection,
  snapshots: snapshotsSection,
  flows: flowsSection,
  purged: purgedSection,
};
/** Whether a changed value of the address needs no redraw of the sections: tables apply their filters themselves. */
const isAppliedInPlace = (key: string) => key === 'theme' || key === 'job' || key.endsWith('.q');

const report: Report = JSON.parse(document.getElementById('data')?.textContent ?? '');
document.getElementById('report')?.replaceChildren(page(report));
unfoldSearched();
urlState.arrive();
followServer();

function page(report: Report): DocumentFragment {
  const { combinations, place, writtenAt, clockOffsetMs, commands } = report;
  const [main, which, about] = [h('main'), h('div'), h('p', { class: 'about' })];
  const search = jobSearch(() => chosenExport(combinations), commands);
  const show = () => {
    removeThemeListeners();
    removeTickListeners();
    const shown = chosenExport(combinations);
    if (shown) nameDownloads(shown);
    about.textContent = shown ? aboutText(shown) : '';
    about.hidden = !shown;
    which.replaceChildren(...(shown ? [exportsChoice(report, shown)] : []));
    main.replaceChildren(
      verdictElement(report, shown),
      ...(shown ? exportContent(report, shown) : emptyContent(report)),
    );
    search.update();
  };
  urlState.onChange((changed) => {
    if ([...changed].every(isAppliedInPlace)) search.update();
    else show();
    unfoldSearched();
  });
  show();
  const controls = h('div', { class: 'controls' }, combinations.length > 0 && search.element, themeChoice());
  const header = h('header', {}, h('div', {}, h('h1', {}, 'AWS IoT jobs'), which, about), controls);
  const made = `Made of ${place}${combinations.length > 0 ? ` (${counted(combinations.length, 'export')})` : ''} at ${minute(writtenAt)} UTC${clockOffsetMs === undefined ? '' : ', by the clock of the demo'}. All times are UTC.`;
  const fragment = document.createDocumentFragment();
  fragment.append(header, main, h('footer', {}, made));
  return fragment;
}

function exportContent(report: Report, combination: Combination): HTMLElement[] {
  const sections = Object.values(SECTIONS).map((section) => section(combination, report.commands));
  return [keyFigures(report, combination), contents(report, combination), ...sections, reportingSection(report)];
}

function emptyContent(report: Report): HTMLElement[] {
  return [nextStepsElement(report), reportingSection(report)];
}
