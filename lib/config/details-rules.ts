import { MAX_DETAILED_JOBS } from '../../lambda/contract/details.ts';
import { JOB_STATUSES } from '../../lambda/contract/jobs.ts';
import { refusal } from '../../lambda/contract/rules.ts';
import { MOST_RUN_MINUTES, runMinutes } from '../../lambda/contract/run-time.ts';
import type { CheckedExporterOptions, ExportConfig } from './config.ts';
import { detailsOf } from './details.ts';
import { inSeconds, MIN_PERIOD_SECONDS, periodSeconds, secondsOfRun } from './run-seconds.ts';

/** Finds mistakes of an export's details and rollouts that involve several keys. */
export function detailsMistakes(config: ExportConfig, path: string, describeCallsPerSecond: number): string[] {
  return [
    ...statusMistakes(config, path),
    ...timeMistakes(config, path, describeCallsPerSecond),
    ...rolloutsMistakes(config, path),
  ];
}

/** A warning about details that are valid. */
export interface DetailsWarning {
  /** Name of the export. */
  readonly exportName: string;
  /** The warning, in sentences. */
  readonly text: string;
}

/** Warns of exports whose jobs can take longer to describe than the shortest time between two runs. */
export function detailsWarnings({ exports, describeCallsPerSecond }: CheckedExporterOptions): DetailsWarning[] {
  return exports.flatMap((config) => {
    const details = detailsOf(config);
    if (!details) return [];
    const seconds = details.maxJobs / describeCallsPerSecond;
    const period = seconds > MIN_PERIOD_SECONDS ? periodSeconds(config) : Number.POSITIVE_INFINITY;
    if (seconds <= period) return [];
    const text =
      `Export ${config.name} describes up to ${details.maxJobs} jobs, which at ${describeCallsPerSecond} calls of DescribeJob ` +
      `per second take ${inSeconds(seconds)}, and the shortest time between two runs is ${inSeconds(period)}: its runs would ` +
      'run into each other, and share the quota. Lower details.maxJobs, run it less often, or raise describeCallsPerSecond.';
    return [{ exportName: config.name, text }];
  });
}

/** Jobs of a status that the export does not list cannot be described. */
function statusMistakes(config: ExportConfig, path: string): string[] {
  const { statuses: listed = JOB_STATUSES, details } = config;
  const hasOwnStatuses = typeof details === 'object' && details.statuses !== undefined;
  const statuses = detailsOf(config)?.statuses ?? [];
  return statuses.flatMap((status, index) => {
    if (listed.includes(status)) return [];
    const list = `the export lists (${listed.join(', ')})`;
    return [
      hasOwnStatuses
        ? refusal(
            `${path}.details.statuses[${index}] must be a status that ${list}, or be added to its statuses`,
            status,
          )
        : refusal(
            `${path}.details must name statuses that ${list}, or ${status}, which it takes by default, be added to those`,
            details,
          ),
    ];
  });
}

function timeMistakes(config: ExportConfig, path: string, describeCallsPerSecond: number): string[] {
  const { maxJobs } = detailsOf(config) ?? { maxJobs: 0 };
  // Values out of range are reported by the rule of the key itself.
  if (!(describeCallsPerSecond > 0) || maxJobs > MAX_DETAILED_JOBS) return [];
  const { ofRun, forCalls } = secondsOfRun(config);
  const seconds = maxJobs / describeCallsPerSecond;
  if (seconds <= forCalls) return [];
  const maxFitting = Math.floor(forCalls * describeCallsPerSecond);
  const raiseMinutes =
    runMinutes(config) < MOST_RUN_MINUTES ? `raise maxRunMinutes (${MOST_RUN_MINUTES} at most), ` : '';
  return [
    refusal(
      `${path}.details.maxJobs must be described within ${forCalls} of the ${ofRun} s of a run, but take ` +
        `${inSeconds(seconds)} at ${describeCallsPerSecond} calls/s: lower it to ${maxFitting}, ${raiseMinutes}or raise ` +
        'describeCallsPerSecond',
      maxJobs,
    ),
  ];
}

/** Rollouts are evaluated while their jobs are in progress, and once more when the jobs have ended. */
function rolloutsMistakes(config: ExportConfig, path: string): string[] {
  const { rollouts } = config;
  if (!rollouts) return [];
  const details = detailsOf(config);
  const rolloutsPath = `${path}.rollouts`;
  if (!details) {
    return [
      refusal(
        `${rolloutsPath} must be left out without details, by which rollouts are judged: add details: true`,
        rollouts,
      ),
    ];
  }
  if (details.statuses.includes('IN_PROGRESS')) return [];
  return [
    refusal(
      `${rolloutsPath} must be left out where no jobs in progress are described: add IN_PROGRESS to details.statuses`,
      rollouts,
    ),
  ];
}
