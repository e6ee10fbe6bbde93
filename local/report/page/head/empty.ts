import { copyable } from '../base/copyable.ts';
import { h } from '../base/dom.ts';
import { nextSteps } from './empty-words.ts';

/** What to do next where there is no snapshot. */
export function emptyShown(place: string): HTMLElement {
  const steps = nextSteps(place).map(({ text, command }, i) =>
    h(
      'li',
      {},
      h('p', {}, text),
      command !== undefined && copyable({ noun: 'command', label: `Command ${i + 1}`, text: command }),
    ),
  );
  return h('div', { class: 'next-steps' }, h('h2', {}, 'What to do next'), h('ol', {}, ...steps));
}
