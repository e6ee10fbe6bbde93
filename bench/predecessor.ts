import { type Contender, type Measurement, measureContender, withService } from './run-contender.ts';

/** Measurements of a snapshot without and with a predecessor. Every 316th job changes its status between two snapshots. */
export interface MeasuredPair {
  readonly without: Measurement;
  readonly with: Measurement;
}

/** Measures runs of the exporter without and with a predecessor, against the same service. */
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
