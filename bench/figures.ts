import { type Contender, type Measurement, measureContender, withService } from './run-contender.ts';

/** A figure of the table: a ratio or a size, and what it is meant to be at most. */
export interface Figure {
  readonly name: string;
  readonly against: string;
  readonly value: number;
  readonly goal: number;
  readonly unit: '' | ' MB' | ' kB';
  /** What was measured, for whoever wants more than the ratio. */
  readonly detail: string;
}

const ROUNDS = 7;
const JOBS = 100_000;
const contender = (file: string) => `${import.meta.dirname}/contenders/${file}`;
const node = (file: string, ...flags: string[]) => [process.execPath, ...flags, contender(file)];

const EXPORTER: Contender = { name: 'the shipped bundle', command: node('exporter.mjs') };

/**
 * CPU of the exporter and of each rival, in turns, so that a busy machine is busy for all, and of each the least: what
 * others do on the machine only adds. The median of the ratios of each turn stands beside it: where the two are far
 * apart, the machine was too busy to tell.
 */
export async function cpuAgainst(rivals: readonly (Contender & { goal: number })[]): Promise<Figure[]> {
  return await withService(JOBS, async (port) => {
    const times = new Map<Contender, number[]>([EXPORTER, ...rivals].map((one) => [one, []]));
    for (let round = 0; round < ROUNDS; round++) {
      for (const [one, cpu] of times) cpu.push((await measureContender(one, port, JOBS)).cpuMs);
    }
    const ours = times.get(EXPORTER) ?? [];
    const ourLeast = Math.min(...ours);
    return rivals.map((rival) => {
      const theirs = times.get(rival) ?? [];
      const theirLeast = Math.min(...theirs);
      const ofTurns = median(theirs.map((cpu, round) => (ours[round] ?? Number.NaN) / cpu));
      return {
        name: 'CPU per 100,000 jobs',
        against: rival.name,
        value: ourLeast / theirLeast,
        goal: rival.goal,
        unit: '',
        detail: `${seconds(ourLeast)} to ${seconds(theirLeast)}, the least of ${ROUNDS} runs; ${ofTurns.toFixed(3)} turn by turn`,
      };
    });
  });
}

export async function growth(): Promise<Figure> {
  const cpu = async (jobs: number) =>
    await withService(jobs, async (port) => {
      const rounds: number[] = [];
      for (let round = 0; round < 3; round++) rounds.push((await measureContender(EXPORTER, port, jobs)).cpuMs);
      return Math.min(...rounds);
    });
  const [small, large] = [await cpu(50_000), await cpu(500_000)];
  return {
    name: 'growth of CPU',
    against: '10 times the jobs',
    value: large / small,
    goal: 10.5,
    unit: '',
    detail: `${seconds(small)} for 50,000 jobs, ${seconds(large)} for 500,000`,
  };
}

export async function wallAtRateLimit(): Promise<Figure> {
  const [jobs, callsPerSecond] = [50_000, 20];
  const calls = jobs / 250;
  const paced = { ...EXPORTER, variables: { LIST_JOBS_PER_SECOND: String(callsPerSecond) } };
  const { wallMs } = await withService(jobs, (port) => measureContender(paced, port, jobs));
  return {
    name: 'wall time at the rate limit',
    against: 'calls ÷ rate',
    value: wallMs / ((calls / callsPerSecond) * 1000),
    goal: 1.03,
    unit: '',
    detail: `${seconds(wallMs)} for ${calls} calls at ${callsPerSecond}/s`,
  };
}

/**
 * Peak memory with V8's heap as Lambda's Node runtime sets it for a function of `memoryMb`: a tenth for the young
 * generation, of which a semi-space is a third, and the rest for the old one.
 */
export async function memory(memoryMb: number): Promise<Figure> {
  const young = Math.floor(memoryMb / 10);
  const flags = [`--max-semi-space-size=${Math.floor(young / 3)}`, `--max-old-space-size=${memoryMb - young}`];
  const jobs = 1_000_000;
  const lambda = { ...EXPORTER, command: node('exporter.mjs', ...flags) };
  const { peakMb, cpuMs } = await withService(
    jobs,
    (port): Promise<Measurement> => measureContender(lambda, port, jobs),
  );
  return {
    name: 'peak memory, 1,000,000 jobs in one scope',
    against: `a function of ${memoryMb} MB`,
    value: peakMb,
    goal: 256,
    unit: ' MB',
    detail: `resident, ${seconds(cpuMs)} of CPU, ${flags.join(' ')}`,
  };
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}
