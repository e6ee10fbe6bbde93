import fc from 'fast-check';
import { type Comparison, DEFAULT_ALARMS, type ExporterConfig } from '../../lib/config/index.ts';
import { countPoints, KINDS, type Kind, runsOf, scheduledTimes, type Troubles } from '../support/alarm-runs.ts';
import { alarmsOf, type MetricAlarm } from '../support/alarms-of.ts';
import { AlarmModel, type AlarmState, type Point } from '../support/cloudwatch-model.ts';
import { Random } from '../support/random.ts';
import { SPAN } from '../support/wall-clock.ts';
import { synth } from './synth.ts';

/** `npm run test:soak` sets it: then each schedule is looked at for a year. */
const isSoak = process.env.PROMISES_RUNS !== undefined;
const seed = process.env.PROMISES_SEED ? Number(process.env.PROMISES_SEED) : undefined;

const [MINUTE, HOUR, DAY] = [60, 3600, 86_400];
const THRESHOLD = 5;
const COMPARISONS = ['>', '>=', '<', '<='] as const;
const FOR_SNAPSHOTS = [1, 3] as const;
const BREACHES: Readonly<Record<Comparison, (count: number) => boolean>> = {
  '>': (count) => count > THRESHOLD,
  '>=': (count) => count >= THRESHOLD,
  '<': (count) => count < THRESHOLD,
  '<=': (count) => count <= THRESHOLD,
};
/** Around these clocks change: in Lord Howe, New York and Berlin. */
const CHANGES = ['2027-03-14', '2027-03-28', '2027-04-04', '2027-10-03', '2027-10-31', '2027-11-07'];

const named = (comparison: Comparison, forSnapshots: number) => `c${COMPARISONS.indexOf(comparison)}-${forSnapshots}`;
/** One for each schedule in turn: a large stack takes long to synthesize. */
const inTurn = (kind: Kind) => COMPARISONS[KINDS.indexOf(kind) % COMPARISONS.length] as Comparison;
/** The exports of a stack, which has no room for all comparisons of all schedules. */
const exportsWith = (comparisonOf: (kind: Kind) => Comparison): ExporterConfig['exports'] =>
  KINDS.map((kind) => ({
    name: kind.name,
    schedule: kind.schedule,
    ...(kind.timeZone && { timeZone: kind.timeZone }),
    ...(kind.maxRunMinutes && { maxRunMinutes: kind.maxRunMinutes }),
    statuses: ['IN_PROGRESS'],
    alarms: FOR_SNAPSHOTS.map((forSnapshots) => ({
      ...({ status: 'IN_PROGRESS', comparison: comparisonOf(kind), threshold: THRESHOLD, forSnapshots } as const),
      name: named(comparisonOf(kind), forSnapshots),
    })),
  }));
const EXPORTS = exportsWith(inTurn);

/** The same exports with alarms on rollouts, and no others. */
const ROLLOUTS: ExporterConfig = {
  exports: EXPORTS.map((config) => ({
    ...config,
    alarms: [],
    details: { maxJobs: 100 },
    rollouts: { failedPercent: THRESHOLD, stalledHours: 24 },
  })),
  disabledAlarms: DEFAULT_ALARMS,
};

/** Alarms of the stacks that were synthesized. */
const templates = new Map<string, ReadonlyMap<string, MetricAlarm>>();

function alarmsIn(key: string, config: ExporterConfig): ReadonlyMap<string, MetricAlarm> {
  const found = templates.get(key) ?? alarmsOf(synth(config)).metric;
  templates.set(key, found);
  return found;
}

/** An alarm on the counts of an export as the template has it: any in the soak, else one with the comparison in turn. */
function countAlarmOf(kind: Kind, comparison: Comparison, forSnapshots: number): MetricAlarm {
  const exports = isSoak ? exportsWith(() => comparison) : EXPORTS;
  const found = alarmsIn(`counts ${isSoak && comparison}`, { exports, disabledAlarms: ['throttled'] });
  return byId(found, `${kind.name}Counts${named(comparison, forSnapshots)}`) as MetricAlarm;
}

/** The alarm on missing snapshots of an export; `undefined` where there is none. */
function noSnapshotOf(kind: Kind, alarmAfterMissedPeriods: number): MetricAlarm | undefined {
  const exports = EXPORTS.map((config) => ({ ...config, alarms: [] }));
  const config: ExporterConfig = { exports, disabledAlarms: ['throttled'], alarmAfterMissedPeriods };
  return byId(alarmsIn(`no-snapshot ${alarmAfterMissedPeriods}`, config), `${kind.name}no-snapshot`);
}

/** An alarm on the rollouts of an export. */
function rolloutAlarmOf(kind: Kind, alarm: string): MetricAlarm | undefined {
  return byId(alarmsIn('rollouts', ROLLOUTS), `${kind.name}Rollouts${alarm}`);
}

function byId(found: ReadonlyMap<string, MetricAlarm>, id: string): MetricAlarm | undefined {
  return [...found].find(([logicalId]) => logicalId.slice(0, -8).endsWith(id.replaceAll('-', '')))?.[1];
}

const troubles: fc.Arbitrary<Troubles> = fc.record({
  latestSeconds: fc.constantFrom(10, 5 * MINUTE, 15 * MINUTE),
  fails: fc.constantFrom(0, 0.1, 0.5),
  pauses: fc.constantFrom(0, 0.02),
  missing: fc.constantFrom(0, 0.2),
});
/** The latest of 15 minutes is as late as a run of the kind may be. */
const troublesOf = ({ maxRunMinutes = 15 }: Kind, given: Troubles): Troubles =>
  given.latestSeconds === 15 * MINUTE ? { ...given, latestSeconds: maxRunMinutes * MINUTE } : given;
const scenarioOf = (kinds: readonly Kind[]) =>
  fc.record({
    kind: fc.constantFrom(...kinds),
    change: fc.constantFrom(...CHANGES),
    troubles,
    /** One more at least: that is documented. */
    extraPeriods: fc.integer({ min: 1, max: 6 }),
    /** Between a metric's time and the moment from which CloudWatch has it. */
    delay: fc.constantFrom(0, 30, 60),
    phase: fc.nat(59),
    seed: fc.nat(),
  });
const scenario = scenarioOf(KINDS);
type Scenario = typeof scenario extends fc.Arbitrary<infer Value> ? Value : never;

/** A year, or some runs of the schedule on both sides of a change of the clock. */
function spanOf(kind: Kind, change: string): [number, number] {
  if (isSoak) return [SPAN.from, SPAN.from + 400 * DAY];
  const middle = Date.parse(`${change}T00:00:00Z`) / 1000;
  const runs = scheduledTimes(kind, middle - 90 * DAY, middle);
  const length = Math.min(90 * DAY, Math.max(DAY, (15 * 90 * DAY) / runs.length));
  return [middle - length, middle + length];
}

const delayed = (points: readonly Point[], delay: number) =>
  points.map((point) => ({ ...point, visibleAt: point.at + delay }));

interface Followed {
  readonly points: readonly Point[];
  /** The state that each point must lead to. */
  readonly truths: readonly AlarmState[];
  readonly from: number;
  readonly until: number;
  readonly delay: number;
  readonly extraPeriods: number;
  readonly phase: number;
}

/** Fails unless the alarm has the state of the newest point within six minutes, and no other but that of before. */
function expectChangesAndAges(kind: Kind, alarm: MetricAlarm, followed: Followed): void {
  const { points, truths, from, until, delay, extraPeriods, phase } = followed;
  const model = new AlarmModel(alarm, delayed(points, delay), extraPeriods);
  let [before, latest] = [-1, -1];
  for (let now = from + phase; now < until; now += MINUTE) {
    while ((points[latest + 1]?.at ?? until) <= now) latest += 1;
    while ((points[before + 1]?.at ?? until) <= now - 6 * MINUTE) before += 1;
    // Without data for an hour nothing can change: it is judged once an hour.
    if (now - (points[latest]?.at ?? from) > HOUR && Math.floor(now / MINUTE) % 60 !== 0) continue;
    const allowed = [truths[before] ?? 'INSUFFICIENT_DATA', ...truths.slice(before + 1, latest + 1)];
    const state = model.judge(now);
    if (!allowed.includes(state)) expect([now, kind.name, state]).toEqual([now, kind.name, allowed]);
  }
}

describe('by every schedule, over both changes of the clock, with late, failed and missing runs', () => {
  it('a count alarm comes and goes within six minutes of the snapshot that says so, and never otherwise', () => {
    const follows = ({ kind, change, ...given }: Scenario, comparison: Comparison, forSnapshots: number) => {
      const [from, until] = spanOf(kind, change);
      const runs = runsOf(scheduledTimes(kind, from, until), troublesOf(kind, given.troubles), new Random(given.seed));
      const points = countPoints(runs, BREACHES[comparison], forSnapshots);
      const truths = points.map(
        ({ value }): AlarmState =>
          (forSnapshots === 1 ? BREACHES[comparison](value) : value >= forSnapshots) ? 'ALARM' : 'OK',
      );
      const alarm = countAlarmOf(kind, comparison, forSnapshots);
      expectChangesAndAges(kind, alarm, { points, truths, from, until, ...given });
    };
    if (!isSoak) {
      const sample = fc.property(scenario, fc.constantFrom(...FOR_SNAPSHOTS), (one, forSnapshots) =>
        follows(one, inTurn(one.kind), forSnapshots),
      );
      fc.assert(sample, { numRuns: 8, seed });
      return;
    }
    // Every alarm that there is, each with troubles of its own.
    for (const comparison of COMPARISONS) {
      for (const forSnapshots of FOR_SNAPSHOTS) {
        for (const kind of KINDS) {
          const property = fc.property(scenarioOf([kind]), (one) => follows(one, comparison, forSnapshots));
          fc.assert(property, { numRuns: 1, seed });
        }
      }
    }
  }, 1_800_000);

  it('so do the alarms on rollouts, and where a snapshot does not know they keep their state', () => {
    fc.assert(
      fc.property(
        scenario,
        fc.constantFrom('rollout-failing', 'rollout-stalled'),
        ({ kind, change, ...given }, name) => {
          const [from, until] = spanOf(kind, change);
          const runs = runsOf(
            scheduledTimes(kind, from, until),
            troublesOf(kind, given.troubles),
            new Random(given.seed),
          );
          const counts = countPoints(runs, BREACHES['>'], 1);
          const truths = counts.map(({ value }): AlarmState => (value > THRESHOLD ? 'ALARM' : 'OK'));
          // A percentage that is above its threshold, or as many rollouts as it is above.
          const isOfPercent = name === 'rollout-failing';
          const points = counts.map((point) =>
            isOfPercent ? point : { ...point, value: Math.max(0, point.value - THRESHOLD) },
          );
          const alarm = rolloutAlarmOf(kind, name) as MetricAlarm;
          expectChangesAndAges(kind, alarm, { points, truths, from, until, ...given });
        },
      ),
      { numRuns: isSoak ? 300 : 8, seed },
    );
  }, 1_800_000);

  it('no-snapshot is quiet while runs are late, comes after its window, and goes with the next snapshot', () => {
    fc.assert(
      fc.property(scenario, fc.constantFrom(1, 4), ({ kind, change, ...given }, missedPeriods) => {
        const alarm = noSnapshotOf(kind, missedPeriods);
        if (!alarm) return;
        const [from, until] = spanOf(kind, change);
        const runs = runsOf(
          scheduledTimes(kind, from, until),
          troublesOf(kind, given.troubles),
          new Random(given.seed),
        );
        const points = runs.map(({ endedAt, outcome }) => ({ at: endedAt, value: outcome === 'complete' ? 1 : 0 }));
        const good = points.filter(({ value }) => value === 1);
        const model = new AlarmModel(alarm, delayed(points, given.delay), given.extraPeriods);
        const window = alarm.Period * alarm.EvaluationPeriods;
        const isMultiDay = window > DAY;
        const settled = (isMultiDay ? 65 : 6) * MINUTE;
        const bound = (given.extraPeriods + 1) * alarm.Period + 3 * MINUTE + (isMultiDay ? 2 * HOUR : 0);
        const isWell = given.troubles.fails === 0 && given.troubles.pauses === 0;
        let latest = -1;
        for (let now = from + given.phase; now < until; now += MINUTE) {
          while ((good[latest + 1]?.at ?? until) <= now) latest += 1;
          const state = model.judge(now);
          const age = now - (good[latest]?.at ?? Number.NEGATIVE_INFINITY);
          const mustBeOk = (age >= settled && age <= window - MINUTE) || (isWell && age >= settled && latest >= 0);
          if (mustBeOk && state !== 'OK') expect([now, kind.name, state]).toEqual([now, kind.name, 'OK']);
          const mustBeOn = latest >= 0 && age > window + bound;
          if (mustBeOn && state !== 'ALARM') expect([now, kind.name, state]).toEqual([now, kind.name, 'ALARM']);
        }
      }),
      { numRuns: isSoak ? 300 : 8, seed },
    );
  }, 1_800_000);
});
