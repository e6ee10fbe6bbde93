import { resolve } from 'node:path';
import { directoryOf } from '../cli/place.ts';
import { UsageError } from '../cli/usage-error.ts';

/**
 * Where the numbers of a page go.
 *
 * @param data what `--data` said; `true` for a file beside the page, named as it is
 * @throws UsageError for the page's own file, and for what is no path on this machine
 */
export function dataFileFor(page: string, data: string | true): string {
  if (data === true) return `${page.replace(/\.html?$/i, '')}.json`;
  const file = directoryOf(data, '--data');
  if (resolve(file) === resolve(page)) {
    throw new UsageError(`--data and --out are the same file, ${file}: choose another one for one of them`);
  }
  return file;
}
