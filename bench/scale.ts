/** Amounts of work of `npm run bench`. */
export interface Scale {
  /** Loads of each bundle. */
  readonly loads: number;
  /** Jobs and rounds of the comparison of CPU. */
  readonly jobs: number;
  readonly rounds: number;
  /** Jobs of the smaller run for the growth of CPU. The larger run has ten times as many. */
  readonly growthJobs: number;
  readonly growthRounds: number;
  /** Jobs of the runs at their rate limit, and rounds where two such runs are compared. */
  readonly pacedJobs: number;
  readonly pacedRounds: number;
  /** Jobs of the run whose peak memory is measured. */
  readonly memoryJobs: number;
  /** Rounds of the same with a predecessor. */
  readonly memoryRounds: number;
  /** Rounds of the same in one invocation and in several. */
  readonly invocationRounds: number;
  /** Jobs and rounds of the runs whose wall time is measured with and without a predecessor. */
  readonly wallJobs: number;
  readonly wallRounds: number;
  /** Described jobs, and rounds, of the comparison of CPU. */
  readonly describedJobs: number;
  readonly describedRounds: number;
}

export const FULL: Scale = {
  loads: 25,
  jobs: 100_000,
  rounds: 7,
  growthJobs: 50_000,
  growthRounds: 3,
  pacedJobs: 50_000,
  pacedRounds: 3,
  memoryJobs: 1_000_000,
  memoryRounds: 3,
  invocationRounds: 3,
  wallJobs: 10_000,
  wallRounds: 7,
  describedJobs: 2000,
  describedRounds: 7,
};

/** The least work with several pages everywhere. */
export const SMALL: Scale = {
  loads: 1,
  jobs: 1000,
  rounds: 1,
  growthJobs: 500,
  growthRounds: 1,
  pacedJobs: 1000,
  pacedRounds: 1,
  memoryJobs: 1000,
  memoryRounds: 1,
  invocationRounds: 1,
  wallJobs: 1000,
  wallRounds: 1,
  describedJobs: 500,
  describedRounds: 1,
};
