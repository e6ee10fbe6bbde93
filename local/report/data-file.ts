import { resolve } from 'node:path';
import { directoryOf } from '../cli/place.ts';
import { UsageError } from '../cli/usage-error.ts';

/**
 * Path of the JSON file.
 *
 * @param data value of `--data`; `true`: beside the page, with its name
 * @throws UsageError for the page's own file, and for a path that is not on this machine
 */
export function dataFileFor(page: string, data: string | true): string {
  if (data === true) return `${page.replace(/\.html?$/i, '')}.json`;
  const file = directoryOf(data, '--data');
  if (resolve(file) === resolve(page)) {
    throw new UsageError(`--data and --out are the same file, ${file}: choose another one for one of them`);
  }
  return file;
}
