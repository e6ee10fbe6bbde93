import { h, newId } from '../base/dom.ts';

/** A container that scrolls wide content. If it scrolls, it shows a hint and can have the keyboard focus. */
export function scroller(label: string, content: HTMLElement): HTMLElement {
  const hint = h('p', { class: 'wider', id: newId(), hidden: true }, 'There is more at the side: scroll sideways.');
  const element = h('div', { class: 'scroller', role: 'region', 'aria-label': label }, content);
  const observer = new ResizeObserver(() => {
    const isWider = element.scrollWidth > element.clientWidth + 1;
    hint.hidden = !isWider;
    if (isWider) {
      element.tabIndex = 0;
      element.setAttribute('aria-describedby', hint.id);
    } else {
      element.removeAttribute('tabindex');
      element.removeAttribute('aria-describedby');
    }
  });
  observer.observe(element);
  observer.observe(content);
  return h('div', {}, hint, element);
}
