import { h } from './dom.ts';

interface Copyable {
  /** Kind of text: `SQL`. */
  readonly noun: string;
  /** Accessible name: `SQL: Moved 1`. */
  readonly label: string;
  readonly text: string;
}

/** Text with a button that copies it. */
export function copyable({ noun, label, text }: Copyable): HTMLElement {
  const code = h('code', {}, text);
  const status = h('span', { role: 'status' });
  const copy = () => {
    navigator.clipboard.writeText(text).then(
      () => {
        status.textContent = 'Copied.';
      },
      () => {
        getSelection()?.selectAllChildren(code);
        status.textContent = `The browser does not let this page copy: the ${noun} is selected, copy it with the keyboard.`;
      },
    );
  };
  return h(
    'div',
    {},
    h('pre', { tabindex: 0, role: 'region', 'aria-label': label }, code),
    h('p', {}, h('button', { type: 'button', click: copy }, `Copy the ${noun}`), ' ', status),
  );
}
