import { h } from './dom.ts';
import { count } from './format.ts';

export interface Pager {
  /** The buttons; hidden if there is only one page. */
  readonly element: HTMLElement;
  toFirst(): void;
  /** The items of the current page. */
  itemsOf<T>(all: readonly T[]): readonly T[];
  /** `, page 2 of 3`; empty if there is only one. */
  text(): string;
}

/**
 * Pages a list.
 *
 * @param show shows the current page
 * @param size items per page
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
  const [previous, next] = [button('Previous', -1), button('Next', 1)];
  const element = h('div', { class: 'pager' }, previous, next);
  return {
    element,
    toFirst() {
      page = 0;
    },
    itemsOf(all) {
      const focused = [previous, next].find((one) => one === document.activeElement);
      pages = Math.max(Math.ceil(all.length / size), 1);
      page = Math.min(page, pages - 1);
      previous.disabled = page === 0;
      next.disabled = page >= pages - 1;
      element.hidden = pages === 1;
      // A disabled button loses the focus, and keyboard users their position.
      if (focused?.disabled) (focused === next ? previous : next).focus();
      return all.slice(page * size, (page + 1) * size);
    },
    text: () => (pages > 1 ? `, page ${page + 1} of ${count(pages)}` : ''),
  };
}
