import { type SnapshotIdentity, utcDate } from '../../lambda/contract/keys.ts';
import { EXIT, type ExitCode } from '../cli/exit-codes.ts';
import { counted } from '../cli/figures.ts';
import type { Summary } from './summary.ts';

/** Maximum of exports that the verdict names. */
const MAX_NAMED = 10;

/** Snapshots that exist but are not selected. */
export class UnselectedSnapshots {
  readonly #exports = new Set<string>();
  #first = Number.POSITIVE_INFINITY;
  #last = Number.NEGATIVE_INFINITY;

  readonly add = ({ exportName, scheduledAt }: SnapshotIdentity): void => {
    this.#exports.add(exportName);
    this.#first = Math.min(this.#first, scheduledAt);
    this.#last = Math.max(this.#last, scheduledAt);
  };

  /** `exports active, all from 2026-11-01 to 2026-11-23`; empty if there are none. */
  toString(): string {
    if (this.#exports.size === 0) return '';
    const names = [...this.#exports].sort();
    const rest = names.length - MAX_NAMED;
    const shown = [...names.slice(0, MAX_NAMED), ...(rest > 0 ? [`${rest} more`] : [])].join(', ');
    return `${names.length === 1 ? 'export' : 'exports'} ${shown} from ${utcDate(this.#first)} to ${utcDate(this.#last)}`;
  }
}

/** The last line of a verification, and the exit code. */
export function verdict(
  { snapshotCount, jobCount, problemCount, expiredCount, notComparedCount }: Summary,
  place: string,
  unselected: UnselectedSnapshots,
): { readonly text: string; readonly exitCode: ExitCode } {
  const expired = expiredCount > 0 ? `; the rows of ${counted(expiredCount, 'snapshot')} have expired` : '';
  const notCompared = notComparedCount > 0 ? `; ${counted(notComparedCount, 'snapshot')} not compared` : '';
  const remarks = expired + notCompared;
  const counts = `${counted(snapshotCount, 'snapshot')}, ${counted(jobCount, 'job')} in ${place}`;
  if (problemCount > 0) {
    return { text: `${counts}: ${counted(problemCount, 'problem')}${remarks}`, exitCode: EXIT.failed };
  }
  if (snapshotCount > 0) return { text: `${counts}: all is well${remarks}`, exitCode: EXIT.ok };
  const others = unselected.toString();
  const why = others
    ? `there is no snapshot of the selected export and days; there are ${others}`
    : 'there is no snapshot below this place: is its name right, and has an export run?';
  return { text: `Nothing was verified in ${place}: ${why}`, exitCode: EXIT.nothingFound };
}
