import { h } from './dom.ts';
import { count } from './format.ts';

export interface Pager {
  /** The buttons; they hide where there is but one page. */
  readonly element: HTMLElement;
  toFirst(): void;
  /** Those of the page that is open, of all. */
  itemsOf<T>(all: readonly T[]): readonly T[];
  /** `, page 2 of 3`; nothing where there is but one. */
  words(): string;
}

/**
 * Turns the pages of a list.
 *
 * @param show shows the page that is open
 * @param size items of a page
 */
export function pager(show: () => void, size: number): Pager {
  let page = 0;
  let pages = 1;
  const button = (text: string, step: number) => {
    const turn = () => {
      page += step;
      show();
    };
    return h('button', { type: 'button', click: turn }, text);
  };
  const [back, on] = [button('Previous', -1), button('Next', 1)];
  const element = h('div', { class: 'pager' }, back, on);
  return {
    element,
    toFirst() {
      page = 0;
    },
    itemsOf(all) {
      const focused = [back, on].find((one) => one === document.activeElement);
      pages = Math.max(Math.ceil(all.length / size), 1);
      page = Math.min(page, pages - 1);
      back.disabled = page === 0;
      on.disabled = page >= pages - 1;
      element.hidden = pages === 1;
      // A button that cannot be pressed any longer loses the focus, and with it the place of a reader without a mouse.
      if (focused?.disabled) (focused === on ? back : on).focus();
      return all.slice(page * size, (page + 1) * size);
    },
    words: () => (pages > 1 ? `, page ${page + 1} of ${count(pages)}` : ''),
  };
}
