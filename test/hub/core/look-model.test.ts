import fc from 'fast-check';
import type { HealthEvent } from '../../../lambda/contract/health.ts';
import { recordKey } from '../../../lambda/contract/keys.ts';
import { LAST_LOOK, MODEL_FROM, type ModelSchedule, modelSchedules } from '../../support/schedule-model.ts';
import { at, HubWorld, PLACE } from '../../support/simulated-hub.ts';

const RUNS = Number(process.env.PROMISES_RUNS ?? 150);
const MINUTE = 60_000;
const schedules = modelSchedules();

/** A stretch of time by its beginning and length, in parts of the history that is looked at. */
const outage = fc.record({
  from: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 90 })).map((percent) => percent / 100),
  share: fc.integer({ min: 5, max: 80 }).map((percent) => percent / 100),
});

const stories = fc.record({
  schedule: fc.nat(schedules.length - 1),
  /** Hours into the model at which the first look is. */
  startsAt: fc.integer({ min: 0, max: 300 * 24 }),
  looks: fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 3, maxLength: 25 }),
  missedPeriods: fc.integer({ min: 1, max: 4 }),
  maxRunMinutes: fc.constantFrom(undefined, 15, 60, 600),
  outages: fc.array(outage, { maxLength: 3 }),
  /** Which of two times is used for a run in a repeated hour. */
  pass: fc.nat(1),
  /** Result of an outage: nothing, or damaged records. */
  isDamaged: fc.boolean(),
});

/** About as long as some runs take, so that looks see exports become silent and report again. */
function stepOf({ runs }: ModelSchedule): number {
  const gap =
    runs.length > 1 ? ((runs[1] as number[])[0] as number) - ((runs[0] as number[])[0] as number) : 30 * 86_400_000;
  return Math.min(gap, 20 * 86_400_000) / 8 + 7 * MINUTE;
}

/** When looks are, after the first. */
function lookTimes(start: number, gaps: readonly number[], step: number): number[] {
  let now = start;
  const next = (gap: number) => {
    now += Math.round(gap * step);
    return now;
  };
  return gaps.map(next).filter((time) => time < LAST_LOOK);
}

/** The expected state, by the runs whose snapshot should be there. */
function mustBe(
  { runs, hasEnd, periodMs }: Pick<ModelSchedule, 'runs' | 'hasEnd' | 'periodMs'>,
  now: number,
  { newest, since, most, patienceMs }: { newest: number | undefined; since: number; most: number; patienceMs: number },
): string {
  const after = newest ?? since;
  // Of a rate that never ran it is not known when its first run is: no later than a period after it was first expected.
  if (newest === undefined && periodMs !== undefined)
    return since + most * periodMs + patienceMs <= now ? 'NEVER' : 'AWAITED';
  // The second of two times: before it, it is unknown whether the run is still to come.
  const toCome = runs.filter(([first = 0]) => first > after);
  const over = toCome.filter((times) => (times.at(-1) as number) + patienceMs <= now);
  // Where fewer are to come than may fail, the last of them decides.
  const enough = hasEnd ? Math.min(most, Math.max(1, toCome.length)) : most;
  const isSilent = over.length >= enough;
  if (newest === undefined) return isSilent ? 'NEVER' : 'AWAITED';
  return isSilent ? 'LATE' : 'REPORTING';
}

it('says of an export what a clock and a list of its runs say', async () => {
  const seen = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(stories, async (story) => {
      const schedule = schedules[story.schedule] as ModelSchedule;
      const step = stepOf(schedule);
      const start = MODEL_FROM + story.startsAt * 3_600_000;
      const times = [start, ...lookTimes(start, story.looks, step)];
      const end = times.at(-1) as number;
      const runs = schedule.runs.filter((run) => (run[0] as number) >= start && (run[0] as number) < end + 86_400_000);
      const isOut = (time: number) =>
        story.outages.some(({ from, share }) => {
          const begin = start + from * (end - start);
          return time >= begin && time < begin + share * (end - start);
        });
      const { expression, timeZone } = schedule;
      const world = new HubWorld(new Date(start).toISOString());
      const event: HealthEvent = {
        exports: [
          {
            name: 'all',
            schedule: expression,
            timeZone,
            ...(story.maxRunMinutes && { maxRunMinutes: story.maxRunMinutes }),
          },
        ],
        missedPeriods: story.missedPeriods,
        targets: [{ account: PLACE.accountId, regions: [PLACE.region] }],
      };
      let newest: number | undefined;
      let written = start;
      /** Since the newest: so many are tried. */
      let damaged = 0;
      for (const now of times) {
        for (const run of runs) {
          const time = (run[story.pass] ?? run[0]) as number;
          if (time < written || time >= now) continue;
          if (!isOut(time)) {
            world.put(at(time), { schedule: { expression, time_zone: timeZone } });
            newest = time;
            damaged = 0;
          } else if (story.isDamaged && damaged++ < 90) world.objects.set(recordKey(at(time)), '{"snapshot_id":');
        }
        written = now;
        world.goTo(new Date(now).toISOString());
        await world.look(event);
        const patienceMs = ((story.maxRunMinutes ?? 15) + 5) * MINUTE;
        const state = mustBe({ ...schedule, runs }, now, {
          newest,
          since: start,
          most: story.missedPeriods,
          patienceMs,
        });
        seen.set(state, (seen.get(state) ?? 0) + 1);
        expect(`${new Date(now).toISOString()} ${world.row().state}`).toBe(`${new Date(now).toISOString()} ${state}`);
      }
    }),
    { numRuns: RUNS },
  );
  // A test without silent exports would prove nothing.
  for (const state of ['REPORTING', 'LATE', 'AWAITED', 'NEVER'])
    expect(seen.get(state) ?? 0).toBeGreaterThan(RUNS / 30);
});

it('calls no export silent that runs as it should', async () => {
  await fc.assert(
    fc.asyncProperty(stories, async ({ schedule: index, startsAt, looks, missedPeriods, pass }) => {
      const schedule = schedules[index] as ModelSchedule;
      const { expression, timeZone } = schedule;
      const step = stepOf(schedule);
      const start = MODEL_FROM + startsAt * 3_600_000;
      let now = start;
      const world = new HubWorld(new Date(now).toISOString());
      let next = schedule.runs.findIndex(([first = 0]) => first >= now);
      for (now of lookTimes(start, looks, step)) {
        // A run writes within the time that it may take.
        for (; next >= 0 && next < schedule.runs.length; next++) {
          const run = schedule.runs[next] as number[];
          const time = (run[pass] ?? run[0]) as number;
          if (time + 14 * MINUTE > now) break;
          world.put(at(time), { schedule: { expression, time_zone: timeZone } });
        }
        world.goTo(new Date(now).toISOString());
        await world.look({
          exports: [{ name: 'all', schedule: expression, timeZone }],
          missedPeriods,
          targets: [{ account: PLACE.accountId, regions: [PLACE.region] }],
        });
        expect(['REPORTING', 'AWAITED']).toContain(world.row().state);
      }
    }),
    { numRuns: RUNS },
  );
});
