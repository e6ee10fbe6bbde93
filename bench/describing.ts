import type { ExportEvent } from '../lambda/contract/event.ts';
import { type Contender, type Measurement, measureContender, withService } from './run-contender.ts';

/** Measurement of a run of the exporter. */
export interface RunMeasurement extends Measurement {
  /** From its start to the last answer to ListJobs. */
  readonly listedMs: number;
  /** Number of answers to DescribeJob. */
  readonly described: number;
}

/** Measurements of one round: a run without details, the same run with them, and a rival that describes the same jobs. */
export interface Round {
  readonly without: RunMeasurement;
  readonly with: RunMeasurement;
  readonly rival: Measurement | undefined;
}

/** Parameters of {@link measureDescribing}. */
export interface DescribingProps {
  readonly exporter: Contender;
  readonly rival?: Contender;
  /** Jobs that are listed, but not described. */
  readonly completed: number;
  /** Jobs that are listed and described. */
  readonly inProgress: number;
  readonly rounds: number;
}

/** Measures runs that describe all jobs in progress. Each has a predecessor with the same jobs; all use the same service. */
export async function measureDescribing(options: DescribingProps): Promise<Round[]> {
  const { completed, inProgress, rounds, rival } = options;
  return await withService(
    completed,
    async (port) => {
      const take = (day: number, describes: boolean) => takeSnapshot(options, port, day, describes);
      const withoutRateLimits = { ...options, exporter: { ...options.exporter, variables: {} } };
      for (const describes of [false, true]) await takeSnapshot(withoutRateLimits, port, 0, describes);
      const measured: Round[] = [];
      for (let round = 1; round <= rounds; round++) {
        measured.push({
          without: await take(round, false),
          with: await take(round, true),
          rival: rival && (await measureContender(rival, port, inProgress)),
        });
      }
      return measured;
    },
    inProgress,
  );
}

async function takeSnapshot(
  { exporter, completed, inProgress }: DescribingProps,
  port: number,
  day: number,
  describes: boolean,
): Promise<RunMeasurement> {
  // Two exports, so that the predecessor is of the same kind.
  const fields: Partial<ExportEvent> = {
    export: describes ? 'described' : 'plain',
    statuses: ['IN_PROGRESS', ...(completed > 0 ? (['COMPLETED'] as const) : [])],
    ...(describes && { details: { statuses: ['IN_PROGRESS'], maxJobs: inProgress } }),
  };
  const variables = {
    ...exporter.variables,
    HISTORY_BUCKET: 'kept',
    BENCH_AT: new Date(Date.UTC(2026, 0, 1 + day)).toISOString(),
    BENCH_EVENT: JSON.stringify(fields),
  };
  const run = await measureContender<RunMeasurement>({ ...exporter, variables }, port, completed + inProgress);
  const expected = describes ? inProgress : 0;
  if (run.described !== expected) throw new Error(`${exporter.name} described ${run.described} jobs, not ${expected}`);
  return run;
}
