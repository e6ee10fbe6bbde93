import { DEFAULT_DETAILS, type Details } from '../../lambda/contract/details.ts';
import type { ExportConfig } from './config.ts';

/** Which jobs of an export are described, spelt out; `undefined` where none is. */
export function detailsOf({ details }: Pick<ExportConfig, 'details'>): Details | undefined {
  if (details === undefined) return undefined;
  const { statuses = DEFAULT_DETAILS.statuses, maxJobs = DEFAULT_DETAILS.maxJobs } = details === true ? {} : details;
  return { statuses, maxJobs };
}
