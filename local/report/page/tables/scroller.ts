import { h, newId } from '../base/dom.ts';

/** A place that what is wider scrolls in. Where it does, it says so, and the keyboard reaches it. */
export function scroller(label: string, content: HTMLElement): HTMLElement {
  const sign = h('p', { class: 'wider', id: newId(), hidden: true }, 'There is more at the side: scroll sideways.');
  const element = h('div', { class: 'scroller' }, content);
  const attributes = { tabindex: '0', role: 'region', 'aria-label': label, 'aria-describedby': sign.id };
  const observer = new ResizeObserver(() => {
    const isWider = element.scrollWidth > element.clientWidth + 1;
    sign.hidden = !isWider;
    for (const [name, value] of Object.entries(attributes)) {
      if (isWider) element.setAttribute(name, value);
      else element.removeAttribute(name);
    }
  });
  observer.observe(element);
  observer.observe(content);
  return h('div', {}, sign, element);
}
