import type { Locator } from 'playwright-core';

/** The cells of a table of the report, of all its pages, numbers without their commas. */
export async function shownRows(table: Locator): Promise<string[][]> {
  const rows: string[][] = [];
  const next = table.getByRole('button', { name: 'Next' });
  for (;;) {
    const page = await table
      .locator('tbody tr')
      .evaluateAll((found) =>
        found.map((row) =>
          [...row.children].map((cell) => (cell.firstElementChild?.firstChild ?? cell).textContent ?? ''),
        ),
      );
    rows.push(...page.map((row) => row.map((cell) => cell.replaceAll(/(?<=\d),(?=\d{3})/g, ''))));
    if (!(await next.isVisible()) || (await next.isDisabled())) return rows;
    await next.click();
  }
}

/** A cell of a query's answer as the report shows it. */
export function asShown(value: unknown): string {
  if (value === null || value === undefined) return '–';
  if (Array.isArray(value)) return value.join(', ');
  const text = String(value);
  if (/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/.test(text)) return text.slice(0, 16);
  return /^-?\d+\.\d+$/.test(text) ? String(Math.round(Number(text) * 100) / 100) : text;
}
