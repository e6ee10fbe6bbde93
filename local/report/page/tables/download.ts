import { h } from '../base/dom.ts';
import { csvName } from './csv.ts';

/** Export and day of the page's tables, for names of files. */
let shownExport: { readonly names: readonly string[]; readonly date: string } = { names: [], date: '' };

interface Shown {
  readonly exportName: string;
  readonly accountId: string;
  readonly region: string;
  readonly to: string;
}

/** Sets the export after which downloads are named. */
export function nameDownloads({ exportName, accountId, region, to }: Shown): void {
  shownExport = { names: [exportName, accountId, region], date: to };
}

/** @param isOfAll whether the table is about all exports of the history */
export function downloadName(tableName: string, isOfAll = false): string {
  return csvName(...(isOfAll ? ['all-exports'] : shownExport.names), tableName, shownExport.date);
}

/** Saves a text as a file, without a request. */
export function download(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/csv;charset=utf-8' }));
  const link = h('a', { href: url, download: name });
  link.click();
  // Some browsers read the URL after the click.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
