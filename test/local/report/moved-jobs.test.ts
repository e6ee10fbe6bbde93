import { rmSync } from 'node:fs';
import { JOB_STATUSES, type JobStatus } from '../../../lambda/contract/jobs.ts';
import { buildReport } from '../../../local/report/build-report.ts';
import { filesOfDirectory } from '../../../local/report/fetch.ts';
import type { ReportSelection } from '../../../local/report/find-snapshots.ts';
import type { Cell, Combination, Section } from '../../../local/report/model.ts';
import { directoryArchive } from '../../../local/verify/directory-archive.ts';
import { takeSnapshot } from '../../sql/snapshots.ts';
import { Random } from '../../support/random.ts';
import { removeRows } from '../../support/remove-rows.ts';
import { newDirectory } from '../../support/report-history.ts';
import { job } from '../../support/scripted-source.ts';

const HOUR_MS = 3_600_000;
const FROM = Date.parse('2026-11-01T02:00:00Z');
/** Twelve hours from one snapshot to the next. */
const STEP_MS = 12 * HOUR_MS;
const atOf = (step: number) => FROM + step * STEP_MS;
const dayOf = (time: number) => new Date(time).toISOString().slice(0, 10);
const textOf = (time: number) => new Date(time).toISOString().slice(0, 19).replace('T', ' ');

interface Life {
  readonly id: string;
  readonly createdAt: number;
  /** By step; absent where the job is not there. */
  readonly statuses: readonly (JobStatus | undefined)[];
}

/** Jobs that are created at any time and go on, mostly, from one snapshot to the next. */
function lives(steps: number): Life[] {
  const random = new Random(3);
  return Array.from({ length: 60 }, (_, i) => {
    const createdAt = FROM - 2 * STEP_MS + random.below((steps + 1) * STEP_MS);
    let status: JobStatus | undefined;
    const statuses = Array.from({ length: steps }, (_, step) => {
      if (atOf(step) < createdAt) return undefined;
      if (status === undefined) status = random.pick(['SCHEDULED', 'IN_PROGRESS', 'COMPLETED']);
      else if (random.chance(0.4)) {
        if (status === 'SCHEDULED') status = random.pick(['IN_PROGRESS', 'CANCELED', 'COMPLETED']);
        else if (status === 'IN_PROGRESS') status = random.pick(['SCHEDULED', 'COMPLETED', 'CANCELED']);
        else status = 'DELETION_IN_PROGRESS';
      }
      return status;
    });
    return { id: `job-${i}`, createdAt, statuses };
  });
}

const STEPS = 40;
const LIVES = lives(STEPS);

let directory: string;
const ownDirectory = () => {
  directory = newDirectory();
};
const removeDirectory = () => rmSync(directory, { recursive: true });

interface Plan {
  /** Whether there is a snapshot. @default always */
  readonly isTaken?: (step: number) => boolean;
  readonly statusesAt?: (step: number) => readonly JobStatus[];
  /** Whether it is compared with none, as the rows of the one before are gone. @default never */
  readonly isUnlinked?: (step: number) => boolean;
}
const ALL = () => JOB_STATUSES;

async function write({ isTaken = () => true, statusesAt = ALL, isUnlinked = () => false }: Plan = {}) {
  for (let step = 0; step < STEPS; step++) {
    if (!isTaken(step)) continue;
    if (isUnlinked(step)) removeRows(directory, [atOf(step - 1)]);
    const jobs = LIVES.flatMap(({ id, createdAt, statuses }) => {
      const status = statuses[step];
      return status ? [job(id, { status, createdAt, targetSelection: 'SNAPSHOT' })] : [];
    });
    await takeSnapshot({ directory, at: atOf(step), jobs, statuses: statusesAt(step) });
  }
}

async function build(selection: ReportSelection = {}): Promise<Combination> {
  const props = { archive: directoryArchive(directory), files: filesOfDirectory(directory), selection: selection };
  return (await buildReport({ place: directory, ...props })).combinations[0] as Combination;
}
const rowsOf = ({ answer }: Section, ...columns: string[]): Cell[][] =>
  answer.rows.map((row) => columns.map((name) => row[answer.columns.indexOf(name)] ?? null));

/** Number of jobs that a snapshot sees in another status than the one before, by the test's own list. */
function cameTo(status: JobStatus, step: number, before: number, { statusesAt = ALL }: Plan): number {
  return LIVES.filter(({ statuses }) => {
    const was = statuses[before];
    return statuses[step] === status && was !== status && statusesAt(step).includes(status);
  }).length;
}

const dropped = (step: number): readonly JobStatus[] =>
  step < 30 ? JOB_STATUSES : ['SCHEDULED', 'IN_PROGRESS', 'CANCELED'];
const PLANS: Record<string, Plan> = {
  'that is whole': {},
  'with days without snapshots': { isTaken: (step) => step < 10 || step > 17 },
  'that drops COMPLETED': { statusesAt: dropped },
  'with a snapshot that was compared with none': { isUnlinked: (step) => step === 13 },
};

describe.each(Object.entries(PLANS))('a history %s', (_, plan) => {
  const { isTaken = () => true, statusesAt = ALL, isUnlinked = () => false } = plan;
  const taken = Array.from({ length: STEPS }, (_, step) => step).filter(isTaken);
  const beforeOf = (step: number) => taken[taken.indexOf(step) - 1];
  const isLinked = (step: number) => beforeOf(step) !== undefined && !isUnlinked(step);
  const lists = (steps: readonly number[], ...statuses: JobStatus[]) =>
    steps.every((step) => statuses.every((status) => statusesAt(step).includes(status)));

  let combination: Combination;
  beforeAll(async () => {
    ownDirectory();
    await write(plan);
    combination = await build();
  }, 60_000);
  afterAll(removeDirectory);

  test('what moved, day by day, is what came to each status; null where it is not known', () => {
    const { moved } = combination;
    const days = Map.groupBy(taken, (step) => dayOf(atOf(step)));
    const moves = (steps: readonly number[], status: JobStatus) =>
      steps.every(isLinked) && lists(steps, status)
        ? steps.reduce((sum, step) => sum + cameTo(status, step, beforeOf(step) as number, plan), 0)
        : null;
    const expected = [...days].map(([day, steps]) => [
      day,
      ...(['IN_PROGRESS', 'COMPLETED', 'CANCELED', 'DELETION_IN_PROGRESS'] as const).map((status) =>
        moves(steps, status),
      ),
      steps.every(isLinked),
    ]);
    const shown = rowsOf(moved, 'dt', 'started', 'completed', 'canceled', 'being_deleted', 'is_compared');
    expect(shown.filter(([dt]) => days.has(String(dt)))).toEqual(expected);
    expect(expected.some(([, , completed]) => Number(completed) > 0)).toBe(true);
    // On days without a snapshot nothing but the creation of jobs is known, by the snapshot after them.
    for (const [, ...rest] of shown.filter(([dt]) => !days.has(String(dt)))) {
      expect(rest).toEqual([null, null, null, null, false]);
    }
  });

  test('jobs are created on the day of their createdAt, where the snapshots of it and of the next day know it', () => {
    const { moved } = combination;
    const last = taken.at(-1) as number;
    const days = Array.from({ length: STEPS / 2 }, (_, i) => dayOf(atOf(2 * i)));
    const expected = days.flatMap((day) => {
      const created = LIVES.filter(({ createdAt }) => dayOf(createdAt) === day && createdAt <= atOf(last));
      // Of those, only jobs in a status that is still listed are seen.
      const seen = created.filter(({ createdAt, statuses }) => {
        const first = taken.find((step) => atOf(step) >= createdAt) as number;
        return isLinked(first) && statusesAt(first).includes(statuses[first] as JobStatus);
      });
      const begin = taken.findLast((step) => dayOf(atOf(step)) < day);
      const next = taken.find((step) => dayOf(atOf(step)) > day);
      const ofDay = taken.filter((step) => dayOf(atOf(step)) === day);
      const telling = [...ofDay, ...(next === undefined ? [] : [next])];
      const isKnown = telling.every(isLinked) && begin !== undefined;
      if (ofDay.length === 0 && seen.length === 0) return [];
      return [[day, isKnown ? seen.length : null]];
    });
    expect(rowsOf(moved, 'dt', 'created')).toEqual(expected);
    expect(expected.some(([, created]) => Number(created) > 0)).toBe(true);
  });

  test('what ended in the last seven days and in the seven before', () => {
    const { recent } = combination;
    const newest = atOf(taken.at(-1) as number);
    const week = 7 * 24 * HOUR_MS;
    const expected = (['last 7 days', '7 days before'] as const).map((span, i) => {
      const [from, to] = [newest - (i + 1) * week, newest - i * week];
      const steps = taken.filter((step) => from < atOf(step) && atOf(step) <= to);
      const isKnown = steps.length > 0 && steps.every(isLinked);
      const count = (status: JobStatus) =>
        isKnown && lists(steps, status)
          ? steps.reduce((sum, step) => sum + cameTo(status, step, beforeOf(step) as number, plan), 0)
          : null;
      return [span, textOf(from), textOf(to), count('COMPLETED'), count('CANCELED'), isKnown];
    });
    expect(rowsOf(recent, 'span', 'from_at', 'to_at', 'completed', 'canceled', 'is_known')).toEqual(expected);
  });
});

describe('what ended in seven days', () => {
  beforeEach(ownDirectory);
  afterEach(removeDirectory);

  test('is not known where the history, or what is requested, begins within them', async () => {
    await write();
    const isKnown = async (selection: ReportSelection) => rowsOf((await build(selection)).recent, 'is_known').flat();
    // It begins at 2026-11-01 02:00, and the last snapshot of each day is that of 14:00.
    expect(await isKnown({ to: '2026-11-14' })).toEqual([true, false]);
    expect(await isKnown({ to: '2026-11-15' })).toEqual([true, true]);
    expect(await isKnown({ from: '2026-11-13', to: '2026-11-19' })).toEqual([false, false]);
    expect(await isKnown({ from: '2026-11-12', to: '2026-11-19' })).toEqual([true, false]);
  }, 60_000);

  test('is not known where the first snapshot of them saw what ended before, too', async () => {
    // Twelve hours from one to the next: the seven days before begin with step 12.
    const isKnown = async (isTaken: (step: number) => boolean) => {
      await write({ isTaken });
      const [, before] = rowsOf((await build()).recent, 'is_known');
      return before;
    };
    expect(await isKnown((step) => step > 17 || step < 9)).toEqual([false]);
  }, 60_000);
});
