import { type Contender, type Measurement, measureContender, withService } from './run-contender.ts';

/** One snapshot after the other of so many jobs, of which a job in 316 moves in between. */
export interface MeasuredPair {
  /** A run without a snapshot before. */
  readonly without: Measurement;
  /** The same with one. */
  readonly with: Measurement;
}

/** Measures a run of the exporter with a snapshot before, and without one, against the same service. */
export async function measureWithPredecessor(
  exporter: Contender,
  jobs: number,
  rounds: number,
): Promise<MeasuredPair[]> {
  return await withService(jobs, async (port) => {
    const take = (HISTORY_BUCKET: string, day: number) => {
      const BENCH_AT = new Date(Date.UTC(2026, 0, 1 + day)).toISOString();
      return measureContender({ ...exporter, variables: { HISTORY_BUCKET, BENCH_AT } }, port, jobs);
    };
    await take('kept', 0);
    const measured: MeasuredPair[] = [];
    for (let round = 1; round <= rounds; round++) {
      measured.push({ without: await take('history', 0), with: await take('kept', round) });
    }
    return measured;
  });
}
