import type { Cell } from '../../model.ts';
import { h } from '../base/dom.ts';
import { partOfDay, type Shown } from '../charts/periods.ts';

/** A day or week in a table, with how much of it is known where it is not whole. */
export function withPart(partOf: (period: string) => string | undefined): (value: Cell) => Node | string {
  return (value) => {
    const part = partOf(String(value));
    return part === undefined ? String(value) : h('span', {}, String(value), h('small', { class: 'part' }, ` ${part}`));
  };
}

/** What hollow means, where something is. */
export function hollowKey(days: readonly string[], shown: Shown): HTMLElement | undefined {
  const parts = days.flatMap((day) => {
    const part = partOfDay(day, shown);
    return part === undefined ? [] : [`${day} is known ${part}`];
  });
  return parts.length > 0
    ? h('p', { class: 'key' }, `Hollow: a day that is not whole. ${parts.join('; ')}.`)
    : undefined;
}
