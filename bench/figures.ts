import { measureDescribing } from './describing.ts';
import { measureWithPredecessor } from './predecessor.ts';
import type { Rival } from './rivals.ts';
import { type Contender, type Measurement, measureContender, withService } from './run-contender.ts';
import type { Scale } from './scale.ts';
import { measureSeveralInvocations } from './several-invocations.ts';
import type { Figure } from './table.ts';

const PAGE = 250;
const node = (file: string, ...flags: string[]) => [
  process.execPath,
  ...flags,
  `${import.meta.dirname}/contenders/${file}`,
];

const EXPORTER: Contender = { name: 'the shipped bundle', command: node('exporter.mjs') };

/**
 * CPU of the exporter and of each rival, measured in turns, so that other load affects all alike. The value is the ratio of the
 * minima, because other load only adds time. The detail has the median of the ratios of all turns: if it is far from the value,
 * the machine was too busy.
 */
export async function cpuAgainst(rivals: readonly Rival[], { jobs, rounds }: Scale): Promise<Figure[]> {
  return await withService(jobs, async (port) => {
    const running = rivals.filter(({ unavailable }) => unavailable === undefined);
    const times = new Map<Contender, number[]>([EXPORTER, ...running].map((contender) => [contender, []]));
    for (let round = 0; round < rounds; round++) {
      for (const [contender, cpu] of times) cpu.push((await measureContender(contender, port, jobs)).cpuMs);
    }
    const ours = times.get(EXPORTER) ?? [];
    return rivals.map((rival) => {
      const { name: against, goal, unavailable } = rival;
      const figure = { name: `CPU per ${count(jobs)} jobs`, against, goal, unit: '' } as const;
      if (unavailable !== undefined) return { ...figure, value: null, detail: unavailable };
      const theirs = times.get(rival) ?? [];
      const [ourLeast, theirLeast] = [Math.min(...ours), Math.min(...theirs)];
      const ofTurns = median(theirs.map((cpu, round) => (ours[round] ?? Number.NaN) / cpu));
      const detail = `${seconds(ourLeast)} to ${seconds(theirLeast)}, the least of ${rounds} runs; ${ofTurns.toFixed(3)} turn by turn`;
      return { ...figure, value: ourLeast / theirLeast, detail };
    });
  });
}

export async function growth({ growthJobs, growthRounds }: Scale): Promise<Figure> {
  const cpu = async (jobs: number) =>
    await withService(jobs, async (port) => {
      const times: number[] = [];
      for (let round = 0; round < growthRounds; round++) {
        times.push((await measureContender(EXPORTER, port, jobs)).cpuMs);
      }
      return Math.min(...times);
    });
  const manyJobs = 10 * growthJobs;
  const [few, many] = [await cpu(growthJobs), await cpu(manyJobs)];
  return {
    name: 'growth of CPU',
    against: '10 times the jobs',
    value: many / few,
    goal: 10.5,
    unit: '',
    detail: `${seconds(few)} for ${count(growthJobs)} jobs, ${seconds(many)} for ${count(manyJobs)}`,
  };
}

export async function wallAtRateLimit({ pacedJobs: jobs }: Scale): Promise<Figure> {
  const callsPerSecond = 20;
  const calls = jobs / PAGE;
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
 * Peak memory with the heap limits of Lambda's Node runtime for a function of `memoryMb`: a tenth for the young generation, of
 * which a semi-space is a third, and the rest for the old generation.
 */
export async function memory(memoryMb: number, { memoryJobs: jobs }: Scale): Promise<Figure> {
  const { flags, ...lambda } = exporterIn(memoryMb);
  const measurement: Measurement = await withService(jobs, (port) => measureContender(lambda, port, jobs));
  return {
    name: `peak memory, ${count(jobs)} jobs in one scope`,
    against: `a function of ${memoryMb} MB`,
    value: measurement.peakMb,
    goal: 256,
    unit: ' MB',
    detail: `resident, ${seconds(measurement.cpuMs)} of CPU, ${flags.join(' ')}`,
  };
}

/** Cost of comparing with a predecessor. */
export async function predecessorCost(
  memoryMb: number,
  { memoryJobs, memoryRounds, wallJobs, wallRounds }: Scale,
): Promise<Figure[]> {
  const lambda = exporterIn(memoryMb);
  const large = await measureWithPredecessor(lambda, memoryJobs, memoryRounds);
  const small = await measureWithPredecessor(lambda, wallJobs, wallRounds);
  const least = (times: readonly number[]) => Math.min(...times);
  const [wall, without] = [
    least(small.map((round) => round.with.wallMs)),
    least(small.map((round) => round.without.wallMs)),
  ];
  const [cpu, cpuWithout] = [
    least(large.map((round) => round.with.cpuMs)),
    least(large.map((round) => round.without.cpuMs)),
  ];
  return [
    {
      name: `CPU, ${count(memoryJobs)} jobs with a snapshot before of as many`,
      against: 'the same without one',
      value: cpu / cpuWithout,
      goal: 1.35,
      unit: '',
      detail: `${seconds(cpu)} to ${seconds(cpuWithout)}, the least of ${memoryRounds} runs`,
    },
    {
      name: `peak memory, ${count(memoryJobs)} jobs with a snapshot before of as many`,
      against: `a function of ${memoryMb} MB`,
      value: Math.max(...large.map((round) => round.with.peakMb)),
      goal: 256,
      unit: ' MB',
      detail: `resident, the most of ${memoryRounds} runs; ${Math.round(Math.max(...large.map((round) => round.without.peakMb)))} MB without one`,
    },
    {
      name: `wall time that a snapshot before adds, ${count(wallJobs)} jobs`,
      against: 'the same without one',
      value: wall - without,
      goal: 300,
      unit: ' ms',
      detail: `${seconds(wall)} to ${seconds(without)}, the least of ${wallRounds} runs`,
    },
  ];
}

/** Invocations of the run that has several. */
const SEVERAL = 4;

/** Cost of several invocations per run, without a predecessor and with one. */
export async function severalInvocations(memoryMb: number, scale: Scale): Promise<Figure[]> {
  return [
    ...(await severalInvocationsOf(memoryMb, scale, false)),
    ...(await severalInvocationsOf(memoryMb, scale, true)),
  ];
}

async function severalInvocationsOf(
  memoryMb: number,
  { memoryJobs: jobs, invocationRounds: rounds }: Scale,
  hasPredecessor: boolean,
): Promise<Figure[]> {
  const invocation = { ...EXPORTER, command: node('invocation.mjs', ...flagsIn(memoryMb)) };
  const measured = await measureSeveralInvocations({
    invocation,
    jobs,
    several: SEVERAL,
    rounds,
    hasPredecessor,
  });
  const least = (of: 'one' | 'several') => Math.min(...measured.map((round) => round[of].cpuMs));
  const [one, several] = [least('one'), least('several')];
  const turns = median(measured.map((round) => round.several.cpuMs / round.one.cpuMs));
  const most = (of: 'one' | 'several') => Math.max(...measured.map((round) => round[of].peakMb));
  const what = `${count(jobs)} jobs in four invocations${hasPredecessor ? ', with a snapshot before of as many' : ''}`;
  return [
    {
      name: `CPU, ${what}`,
      against: 'the same in one',
      value: several / one,
      goal: 1.2,
      unit: '',
      detail: `${seconds(several)} to ${seconds(one)}, cold starts included, the least of ${rounds} runs; ${turns.toFixed(3)} turn by turn`,
    },
    {
      name: `peak memory, ${what}`,
      against: `a function of ${memoryMb} MB`,
      value: most('several'),
      goal: 256,
      unit: ' MB',
      detail: `resident, the most of ${SEVERAL * rounds} invocations; ${Math.round(most('one'))} MB in one`,
    },
  ];
}

/** Cost of describing jobs, and its effect on the time of listing. */
export async function describing(scale: Scale): Promise<Figure[]> {
  return [await cpuOfDescribing(scale), await listingBesideDescribing(scale)];
}

/**
 * CPU that details add to a run: the calls, the rows, two more objects, and the objects that it reads, of its predecessor and
 * its own. The rival only makes the calls.
 */
async function cpuOfDescribing({ describedJobs: jobs, describedRounds: rounds }: Scale): Promise<Figure> {
  const rival = { name: 'DescribeJobCommand of the SDK', command: node('describe.mjs') };
  const measured = await measureDescribing({ exporter: EXPORTER, rival, completed: 0, inProgress: jobs, rounds });
  const least = (cpuOf: (round: (typeof measured)[number]) => number) => Math.min(...measured.map(cpuOf));
  const [on, off] = [least((round) => round.with.cpuMs), least((round) => round.without.cpuMs)];
  const theirs = least((round) => round.rival?.cpuMs ?? Number.NaN);
  const turns = median(
    measured.map((round) => (round.with.cpuMs - round.without.cpuMs) / (round.rival?.cpuMs ?? Number.NaN)),
  );
  return {
    name: `CPU that describing ${count(jobs)} jobs adds`,
    against: rival.name,
    value: (on - off) / theirs,
    goal: 1.2,
    unit: '',
    detail: `${perJob(on - off, jobs)} a job to ${perJob(theirs, jobs)}: ${seconds(on)} with details, ${seconds(off)} without, the least of ${rounds} runs; ${turns.toFixed(3)} turn by turn`,
  };
}

/** At four times the default rates. */
async function listingBesideDescribing({ pacedJobs, pacedRounds: rounds }: Scale): Promise<Figure> {
  const callsPerSecond = 20;
  const paced = { LIST_JOBS_PER_SECOND: String(callsPerSecond), DESCRIBE_JOB_PER_SECOND: String(callsPerSecond) };
  const pages = pacedJobs / PAGE;
  const measured = await measureDescribing({
    exporter: { ...EXPORTER, variables: paced },
    completed: pacedJobs,
    inProgress: pages,
    rounds,
  });
  const [on, off] = (['with', 'without'] as const).map((of) =>
    Math.min(...measured.map((round) => round[of].listedMs)),
  ) as [number, number];
  return {
    name: `time of listing while as many calls describe jobs, ${count(pages + 1)} pages`,
    against: 'the same without details',
    value: on / off,
    goal: 1.05,
    unit: '',
    detail: `to the last page, ${seconds(on)} to ${seconds(off)}, the least of ${rounds} runs, at ${callsPerSecond}/s each`,
  };
}

/** The exporter in Lambda's Node runtime, with the flags of {@link memory}. */
function exporterIn(memoryMb: number): Contender & { readonly flags: readonly string[] } {
  const flags = flagsIn(memoryMb);
  return { ...EXPORTER, command: node('exporter.mjs', ...flags), flags };
}

function flagsIn(memoryMb: number): string[] {
  const young = Math.floor(memoryMb / 10);
  return [`--max-semi-space-size=${Math.floor(young / 3)}`, `--max-old-space-size=${memoryMb - young}`];
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function count(number: number): string {
  return number.toLocaleString('en-US');
}

function perJob(ms: number, jobs: number): string {
  return `${(ms / jobs).toFixed(2)} ms`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}
