import { DEFAULT_DETAILS, type Details } from '../../lambda/contract/details.ts';
import type { ExportConfig } from './config.ts';

/** Details options of an export with the defaults filled in; `undefined` where no jobs are described. */
export function detailsOf({ details }: Pick<ExportConfig, 'details'>): Details | undefined {
  if (details === undefined) return undefined;
  const { statuses = DEFAULT_DETAILS.statuses, maxJobs = DEFAULT_DETAILS.maxJobs } = details === true ? {} : details;
  return { statuses, maxJobs };
}
