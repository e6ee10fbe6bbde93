import type { Locator } from 'playwright-core';

/** The cells of a table of the report, of all its pages, numbers without their commas, with the columns that it omits because all values are equal. */
export async function shownRows(table: Locator): Promise<string[][]> {
  const rows: string[][] = [];
  const same = await leftOut(table);
  const next = table.getByRole('button', { name: 'Next' });
  for (;;) {
    const [width, cells] = [await table.locator('thead th').count(), await cellTexts(table.locator('tbody td'))];
    for (let first = 0; first < cells.length; first += width) {
      const row = cells.slice(first, first + width);
      for (const [column, value] of same) row.splice(column, 0, value);
      rows.push(row.map((cell) => cell.replaceAll(/(?<=\d),(?=\d{3})/g, '')));
    }
    if (!(await next.isVisible()) || (await next.isDisabled())) return rows;
    await next.click();
  }
}

/** Visible text of cells, without text for screen readers and without marks of partly known days. */
export async function cellTexts(cells: Locator): Promise<string[]> {
  return await cells.evaluateAll((found) =>
    found.map((cell) => {
      const copy = cell.cloneNode(true) as typeof cell;
      for (const hidden of copy.querySelectorAll('.visually-hidden, .part')) hidden.remove();
      return copy.textContent ?? '';
    }),
  );
}

/** Positions and values of the columns that the line above a table names, in order. */
export async function leftOut(table: Locator): Promise<(readonly [column: number, value: string])[]> {
  const items = await table
    .locator('.same li')
    .evaluateAll((found) =>
      found.map((item) => [item.getAttribute('data-column'), item.querySelector('b')?.textContent ?? ''] as const),
    );
  return items.map(([column, value]) => [Number(column), value] as const);
}

/** A cell of a query's answer as the report shows it. */
export function asShown(value: unknown): string {
  if (value === null || value === undefined) return '–';
  if (Array.isArray(value)) return value.join(', ');
  const text = String(value);
  if (/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/.test(text)) return text.slice(0, 16);
  return /^-?\d+\.\d+$/.test(text) ? String(Math.round(Number(text) * 100) / 100) : text;
}
