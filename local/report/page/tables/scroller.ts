import { h, newId } from '../base/dom.ts';

/** A place that what is wider scrolls in. Where it does, it says so, and the keyboard reaches it. */
export function scroller(label: string, content: HTMLElement): HTMLElement {
  const sign = h('p', { class: 'wider', id: newId(), hidden: true }, 'There is more at the side: scroll sideways.');
  const element = h('div', { class: 'scroller', role: 'region', 'aria-label': label }, content);
  const observer = new ResizeObserver(() => {
    const isWider = element.scrollWidth > element.clientWidth + 1;
    sign.hidden = !isWider;
    if (isWider) {
      element.tabIndex = 0;
      element.setAttribute('aria-describedby', sign.id);
    } else {
      element.removeAttribute('tabindex');
      element.removeAttribute('aria-describedby');
    }
  });
  observer.observe(element);
  observer.observe(content);
  return h('div', {}, sign, element);
}
