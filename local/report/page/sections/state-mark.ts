import { h } from '../base/dom.ts';
import { type Icon, icon } from '../base/icon.ts';

export type Severity = 'bad' | 'doubtful' | 'good' | 'quiet';

/** A quiet state has no icon. */
const ICONS: Readonly<Record<Severity, Icon | undefined>> = {
  bad: 'bad',
  doubtful: 'unknown',
  good: 'good',
  quiet: undefined,
};

/** A state as text with an icon and a colour; the text alone is sufficient. */
export function stateMark(severity: Severity, text: string): HTMLElement {
  const name = ICONS[severity];
  return h('span', { class: `state state-${severity}` }, name && icon(name), text);
}
