import type { Cell } from '../../model.ts';
import { h } from '../base/dom.ts';
import { partOfDay, type Shown } from '../charts/periods.ts';

/** Shows a day or week in a table, with the part that is known if it is not whole. */
export function withKnownPart(partOf: (period: string) => string | undefined): (value: Cell) => Node | string {
  return (value) => {
    const part = partOf(String(value));
    return part === undefined ? String(value) : h('span', {}, String(value), h('small', { class: 'part' }, ` ${part}`));
  };
}

/** Legend for hollow bars, if a day is not whole. */
export function hollowLegend(days: readonly string[], shown: Shown): HTMLElement | undefined {
  const parts = days.flatMap((day) => {
    const part = partOfDay(day, shown);
    return part === undefined ? [] : [`${day} is known ${part}`];
  });
  return parts.length > 0
    ? h('p', { class: 'key' }, `Hollow: a day that is not whole. ${parts.join('; ')}.`)
    : undefined;
}
