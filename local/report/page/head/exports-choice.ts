import type { Combination, Report } from '../../model.ts';
import { h } from '../base/dom.ts';
import { count } from '../base/format.ts';
import { icon } from '../base/icon.ts';
import { nowOf } from '../base/now.ts';
import { urlState } from '../base/url-state.ts';
import { everyMinute } from './ticks.ts';
import { shortVerdict } from './verdict-text.ts';

/** More other exports than this are folded, so that the verdict of this export is on the first screen. */
const MAX_UNFOLDED = 3;
/** Id of the choice: the element is replaced when the page is redrawn. */
const ID = 'export';

type Named = Pick<Combination, 'exportName' | 'accountId' | 'region'>;

const nameOf = ({ exportName, accountId, region }: Named) => `${exportName} in ${accountId} ${region}`;

/** Key of an export in the URL: `fleets.123456789012.eu-west-1`. */
const keyOf = ({ exportName, accountId, region }: Named) => `${exportName}.${accountId}.${region}`;

/** The export in the URL; the first if there is none, or it is not on the page. */
export function chosenExport(combinations: readonly Combination[]): Combination | undefined {
  return combinations.find((one) => keyOf(one) === urlState.get('export')) ?? combinations[0];
}

/** Choice of the export, with a list of the other exports that have findings. */
export function exportsChoice(report: Report, shown: Combination): HTMLElement {
  const { combinations } = report;
  const requested = urlState.get('export');
  const isOnPage = requested === undefined || combinations.some((one) => keyOf(one) === requested);
  const absent =
    !isOnPage &&
    h('p', { class: 'absent' }, icon('unknown'), ` The address asks for ${requested}, which is not on this page.`);
  if (combinations.length === 1) {
    const { exportName, accountId, region } = shown;
    return h('div', {}, h('p', { class: 'which' }, h('b', {}, exportName), ` in ${accountId} ${region}`), absent);
  }
  const select = h('select', { id: ID });
  const others = h('ul', { class: 'others', 'aria-label': 'Other exports' });
  const folded = h('details', { class: 'others-folded' }, h('summary', {}));
  const place = h('div', {}, others);
  const choose = (chosen: Combination) => {
    urlState.go('', { export: keyOf(chosen) });
    document.getElementById(ID)?.focus();
  };
  select.addEventListener('change', () => {
    const chosen = combinations[Number(select.value)];
    if (chosen) choose(chosen);
  });
  let before = '';
  const show = () => {
    const verdicts = combinations.map((one) => ({ one, verdict: shortVerdict(report, one, nowOf(report)) }));
    const now = JSON.stringify(verdicts.map(({ verdict }) => verdict));
    if (now === before) return;
    before = now;
    select.replaceChildren(
      ...verdicts.map(
        ({ one, verdict }, i) => new Option(one === shown ? nameOf(one) : `${nameOf(one)}: ${verdict.text}`, String(i)),
      ),
    );
    select.value = String(combinations.indexOf(shown));
    const unwell = verdicts.filter(({ one, verdict }) => one !== shown && verdict.state !== 'WELL');
    others.replaceChildren(
      ...unwell.map(({ one, verdict }) => {
        const link = h('a', { href: urlState.href('', { export: keyOf(one) }) }, nameOf(one));
        link.addEventListener('click', (event) => {
          if (event.ctrlKey || event.metaKey || event.shiftKey) return;
          event.preventDefault();
          choose(one);
        });
        return h(
          'li',
          {},
          icon(verdict.state === 'NEEDS_SOMEBODY' ? 'bad' : 'unknown'),
          h('span', {}, link, `: ${verdict.text}`),
        );
      }),
    );
    const isFolded = unwell.length > MAX_UNFOLDED;
    if (isFolded) {
      folded.replaceChildren(h('summary', {}, ...othersSummary(unwell.map(({ verdict }) => verdict.state))), others);
    }
    place.replaceChildren(isFolded ? folded : others);
    const well = verdicts.filter(({ one, verdict }) => one !== shown && verdict.state === 'WELL').length;
    if (well > 0)
      others.append(
        h(
          'li',
          {},
          icon('good'),
          h('span', {}, well === 1 ? 'One other export is well.' : `${well} other exports are well.`),
        ),
      );
  };
  show();
  everyMinute(show);
  return h('div', {}, h('p', { class: 'which' }, h('label', { for: select.id }, 'Export '), select), place, absent);
}

/** `7 other exports need somebody, of 2 not all is known`. */
function othersSummary(states: readonly string[]): (Node | string)[] {
  const bad = states.filter((state) => state === 'NEEDS_SOMEBODY').length;
  const unknown = states.length - bad;
  const words = [
    bad > 0 && `${count(bad)} other ${bad === 1 ? 'export needs' : 'exports need'} somebody`,
    unknown > 0 && `of ${count(unknown)} ${bad > 0 ? '' : 'other exports '}not all is known`,
  ];
  return [icon(bad > 0 ? 'bad' : 'unknown'), ` ${words.filter(Boolean).join('; ')}`];
}
