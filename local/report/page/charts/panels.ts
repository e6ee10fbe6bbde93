import { h } from '../base/dom.ts';

/** Small charts side by side, each with its name and its newest number. */
export function panels(items: readonly HTMLElement[]): HTMLElement {
  return h('div', { class: 'panels' }, ...items);
}

interface Panel {
  readonly element: HTMLElement;
  /** Shows the number at the crosshair instead of the newest one; `undefined`: the newest again. */
  showFigure(figure: string | undefined): void;
}

export function panel(name: string, figure: string, content: (panel: Panel) => HTMLElement): HTMLElement {
  const shown = h('span', { class: 'panel-figure' }, figure);
  const element = h('figure', { class: 'panel' }, h('figcaption', {}, h('span', { class: 'panel-name' }, name), shown));
  element.append(
    content({
      element,
      showFigure(other) {
        shown.textContent = other ?? figure;
        shown.classList.toggle('at-crosshair', other !== undefined);
      },
    }),
  );
  return element;
}

/** A panel without numbers, with the reason. */
export function textPanel(name: string, why: string): HTMLElement {
  return panel(name, '–', () => h('p', { class: 'nothing' }, why));
}

export const PANEL_HEIGHT = 130;
