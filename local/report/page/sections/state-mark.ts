import { h } from '../base/dom.ts';
import { type Icon, icon } from '../base/icon.ts';

export type Mood = 'bad' | 'doubtful' | 'good' | 'quiet';

/** What asks for nobody has no icon. */
const ICONS: Readonly<Record<Mood, Icon | undefined>> = {
  bad: 'bad',
  doubtful: 'unknown',
  good: 'good',
  quiet: undefined,
};

/** A state by a word, a form and a colour: the word alone tells it. */
export function stateMark(mood: Mood, words: string): HTMLElement {
  const name = ICONS[mood];
  return h('span', { class: `state state-${mood}` }, name && icon(name), words);
}
