import type { ExportEvent } from '../lambda/contract/event.ts';
import { type Contender, type Measurement, measureContender, withService } from './run-contender.ts';

/** What a run of the exporter took. */
export interface RunMeasurement extends Measurement {
  /** From its begin to the last answer to ListJobs. */
  readonly listedMs: number;
  /** Answers to DescribeJob. */
  readonly described: number;
}

/** One after the other: a run without details, the same run with them, and a rival that describes the same jobs. */
export interface Round {
  readonly without: RunMeasurement;
  readonly with: RunMeasurement;
  readonly rival: Measurement | undefined;
}

/** How describing is measured. */
export interface DescribingProps {
  readonly exporter: Contender;
  readonly rival?: Contender;
  /** Jobs that are listed besides. */
  readonly completed: number;
  /** Jobs that are listed, and described. */
  readonly inProgress: number;
  readonly rounds: number;
}

/** Measures runs that describe all jobs in progress, each with a snapshot before of the same jobs, against the same service. */
export async function measureDescribing(options: DescribingProps): Promise<Round[]> {
  const { completed, inProgress, rounds, rival } = options;
  return await withService(
    completed,
    async (port) => {
      const take = (day: number, describes: boolean) => takeSnapshot(options, port, day, describes);
      const atOnce = { ...options, exporter: { ...options.exporter, variables: {} } };
      for (const describes of [false, true]) await takeSnapshot(atOnce, port, 0, describes);
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
  // Two exports, so that each has snapshots of its kind before.
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
  const wanted = describes ? inProgress : 0;
  if (run.described !== wanted) throw new Error(`${exporter.name} described ${run.described} jobs, not ${wanted}`);
  return run;
}
