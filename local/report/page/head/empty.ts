import type { Report } from '../../model.ts';
import { copyable } from '../base/copyable.ts';
import { h } from '../base/dom.ts';
import { nextSteps } from './empty-text.ts';

/** Shows the next steps for a history without snapshots. */
export function nextStepsElement({ place, commands }: Report): HTMLElement {
  const steps = nextSteps(place, commands).map(({ text, command }, i) =>
    h(
      'li',
      {},
      h('p', {}, text),
      command !== undefined && copyable({ noun: 'command', label: `Command ${i + 1}`, text: command }),
    ),
  );
  return h('div', { class: 'next-steps' }, h('h2', {}, 'What to do next'), h('ol', {}, ...steps));
}
