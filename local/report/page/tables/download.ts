import { h } from '../base/dom.ts';
import { csvName } from './csv.ts';

/** Of which export and day the tables of the page are. */
let whose: { readonly names: readonly string[]; readonly date: string } = { names: [], date: '' };

interface Shown {
  readonly exportName: string;
  readonly accountId: string;
  readonly region: string;
  readonly to: string;
}

/** What is downloaded from now on is named after the export that the page shows. */
export function nameDownloads({ exportName, accountId, region, to }: Shown): void {
  whose = { names: [exportName, accountId, region], date: to };
}

/** @param isOfAll whether the table is of all exports of the history */
export function downloadName(tableName: string, isOfAll = false): string {
  return csvName(...(isOfAll ? ['all-exports'] : whose.names), tableName, whose.date);
}

/** Saves a text as a file of the reader. It leaves the page by no request. */
export function download(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/csv;charset=utf-8' }));
  const link = h('a', { href: url, download: name });
  link.click();
  // Some browsers read it after the click.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
