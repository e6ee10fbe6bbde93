import { h } from './dom.ts';

interface Copyable {
  /** What is copied: `SQL`. */
  readonly noun: string;
  /** What tells it from others: `SQL: Moved 1`. */
  readonly label: string;
  readonly text: string;
}

/** Text of a command or a statement, with a button that copies it. */
export function copyable({ noun, label, text }: Copyable): HTMLElement {
  const code = h('code', {}, text);
  const said = h('span', { role: 'status' });
  const copy = () => {
    navigator.clipboard.writeText(text).then(
      () => {
        said.textContent = 'Copied.';
      },
      () => {
        getSelection()?.selectAllChildren(code);
        said.textContent = `The browser does not let this page copy: the ${noun} is selected, copy it with the keyboard.`;
      },
    );
  };
  return h(
    'div',
    {},
    h('pre', { tabindex: 0, role: 'region', 'aria-label': label }, code),
    h('p', {}, h('button', { type: 'button', click: copy }, `Copy the ${noun}`), ' ', said),
  );
}
