import { commandStart } from '../cli/called-as.ts';
import { EXIT, type ExitCode } from '../cli/exit-codes.ts';
import { counted } from '../cli/figures.ts';
import type { Problem } from '../verify/check-snapshot.ts';
import type { CopyResult } from './snapshot-copy.ts';

/** Maximum of shown objects with problems. */
const MAX_PROBLEMS = 50;
const UNITS = ['kB', 'MB', 'GB', 'TB'] as const;
const number = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });

export interface TallyProps {
  readonly from: string;
  readonly to: string;
  readonly isDryRun: boolean;
  readonly rowsExpireAfterDays?: number | undefined;
}

/** Counts the results of a copy. */
export class Tally {
  readonly #props: TallyProps;
  readonly #kept: string[] = [];
  readonly #problems: Problem[] = [];
  #copied = 0;
  #jobs = 0;
  #changes = 0;
  #details = 0;
  #bytes = 0;
  #records = 0;
  #same = 0;
  #notCopied = 0;

  constructor(props: TallyProps) {
    this.#props = props;
  }

  take(result: CopyResult): void {
    if (result.outcome === 'not-copied') {
      this.#notCopied += 1;
      this.#problems.push(...result.problems);
    } else if (result.outcome === 'kept') {
      const inTarget = result.existing ? counted(result.existing.job_count, 'job') : 'a run that is being completed';
      this.#kept.push(`${result.key}\n  ${inTarget} there, ${counted(result.record.job_count, 'job')} in <from>`);
    } else if (result.outcome === 'record-copied') {
      this.#records += 1;
    } else if (result.outcome === 'same') {
      this.#same += 1;
    } else {
      this.#copied += 1;
      this.#jobs += result.record.job_count;
      this.#changes += result.record.change_count ?? 0;
      this.#details += result.record.detail_count ?? 0;
      const { object_bytes, changes_bytes, details_bytes } = result.record;
      this.#bytes += object_bytes + (changes_bytes ?? 0) + (details_bytes ?? 0);
    }
  }

  get hasCopied(): boolean {
    return this.#copied + this.#records > 0;
  }

  /** `12 snapshots, 1,234 jobs, 56 changes, 7 jobs described, 3.4 MB`. */
  get figures(): string {
    const changes = this.#changes > 0 ? `${counted(this.#changes, 'change')}, ` : '';
    const details = this.#details > 0 ? `${counted(this.#details, 'job')} described, ` : '';
    const snapshots = `${counted(this.#copied, 'snapshot')}, ${counted(this.#jobs, 'job')}`;
    return `${snapshots}, ${changes}${details}${size(this.#bytes)}`;
  }

  /** Final output: problems, kept snapshots, the result. */
  lines(): string[] {
    const { to, isDryRun, rowsExpireAfterDays } = this.#props;
    const expiry = rowsExpireAfterDays === undefined ? '' : ` --rows-expire-after-days ${rowsExpireAfterDays}`;
    return [
      ...problemLines(this.#problems),
      ...(this.#kept.length > 0 ? [`Already there with other content, and kept as they are in ${to}:`] : []),
      ...this.#kept,
      this.#result(),
      ...(isDryRun || this.exitCode === EXIT.nothingFound
        ? []
        : ['To check it:', `  $ ${commandStart('verify')} ${to}${expiry}`]),
    ];
  }

  get exitCode(): ExitCode {
    if (this.#notCopied > 0) return EXIT.failed;
    return this.#copied + this.#records + this.#same + this.#kept.length > 0 ? EXIT.ok : EXIT.nothingFound;
  }

  #result(): string {
    const { from, to, isDryRun } = this.#props;
    if (this.exitCode === EXIT.nothingFound) {
      return `Nothing was copied: there is no snapshot in ${from}: is its name right, and has an export run?`;
    }
    const verb = isDryRun ? 'would be copied' : 'copied';
    const nothing = this.#notCopied > 0 ? 'Nothing copied' : 'Nothing to copy';
    const parts = [
      this.#copied > 0 && `${this.figures} ${verb} to ${to}`,
      this.#records > 0 && `${counted(this.#records, 'record')} of expired rows ${verb} to ${to}`,
      this.#copied + this.#records === 0 && nothing,
      this.#same > 0 && `${counted(this.#same, 'snapshot')} there already`,
      this.#kept.length > 0 && `${counted(this.#kept.length, 'snapshot')} kept as in ${to}`,
      this.#notCopied > 0 && `${this.#notCopied} not copied`,
    ];
    return parts.filter((text) => text !== false).join('; ');
  }
}

function problemLines(problems: readonly Problem[]): string[] {
  const byKey = [...Map.groupBy(problems, ({ key }) => key)];
  const rest = byKey.length - MAX_PROBLEMS;
  return [
    ...byKey.slice(0, MAX_PROBLEMS).map(([key, ofKey]) => [key, ...ofKey.map(({ text }) => `  ${text}`)].join('\n')),
    ...(rest > 0 ? [`… and ${rest} more like these`] : []),
  ];
}

/** `3.4 MB`; `12 bytes`. */
function size(bytes: number): string {
  if (bytes < 1000) return counted(bytes, 'byte');
  const power = Math.min(Math.floor(Math.log10(bytes) / 3), UNITS.length);
  return `${number.format(bytes / 1000 ** power)} ${UNITS[power - 1]}`;
}
