import { ALARMS_ON_CUSTOM_METRICS } from '../../lib/config/index.ts';
import { alarmsOf, sectionOf } from '../support/alarms-of.ts';
import { AlarmModel, type AlarmState, type Point } from '../support/cloudwatch-model.ts';
import { CompositeModel } from '../support/composite-model.ts';
import { synth } from './synth.ts';

const MINUTE = 60;
const HOURLY = alarmsOf(
  synth({
    exports: [
      { name: 'a', schedule: 'rate(1 hour)' },
      { name: 'b', schedule: 'rate(5 minutes)' },
    ],
  }),
);
/** Its `no-snapshot` looks back further than a day, so CloudWatch judges it once an hour. */
const DAILY = alarmsOf(synth({ exports: [{ name: 'a', schedule: 'cron(20 3 * * ? *)' }] }));

/** With a run that may outlast an invocation. */
const LONG = alarmsOf(
  synth({
    exports: [
      { name: 'a', schedule: 'rate(1 day)', maxRunMinutes: 600 },
      { name: 'b', schedule: 'rate(5 minutes)' },
    ],
  }),
);

/** An attempt of a run, in minutes: when it was invoked, how long it took, and how it ended. */
type Attempt = readonly [
  exportName: string,
  invokedAt: number,
  tookMinutes: number,
  outcome: 'complete' | 'failed' | 'killed',
];

/** The points of the attempts: the function's have the time of writing, Lambda's that of the invocation. */
function pointsOf(
  attempts: readonly Attempt[],
  droppedAt: readonly number[],
  metricName: string,
  exportName?: string,
): Point[] {
  // What is given up: an event by Lambda, an execution by Step Functions.
  if (metricName === 'AsyncEventsDropped' || metricName === 'ExecutionsFailed')
    return droppedAt.map((at) => ({ at: at * MINUTE, value: 1 }));
  const points = attempts.flatMap(([name, invokedAt, took, outcome]): Point[] => {
    const [at, end] = [invokedAt * MINUTE, (invokedAt + took) * MINUTE];
    if (metricName === 'Errors') return [{ at, value: outcome === 'complete' ? 0 : 1, visibleAt: end + 90 }];
    if (metricName !== 'SnapshotCompleted' || name !== exportName || outcome === 'killed') return [];
    return [{ at: end, value: outcome === 'complete' ? 1 : 0, visibleAt: end + 30 }];
  });
  return points.sort((one, other) => one.at - other.at);
}

/** What the composites notify of: `minute section export state`. */
function pages(
  attempts: readonly Attempt[],
  untilMinute: number,
  extraPeriods: number,
  droppedAt: readonly number[] = [],
  { metric, composite } = HOURLY,
) {
  const models = new Map(
    [...metric].map(([id, alarm]) => {
      const exportName = alarm.Dimensions?.find(({ Name }) => Name === 'Export')?.Value as string | undefined;
      return [id, new AlarmModel(alarm, pointsOf(attempts, droppedAt, alarm.MetricName, exportName), extraPeriods)];
    }),
  );
  const composites = new Map([...composite].map(([id, alarm]) => [id, new CompositeModel(alarm)]));
  const stateOf = (id: string): AlarmState => (models.get(id) ?? composites.get(id))?.state ?? 'INSUFFICIENT_DATA';
  for (let now = 0; now <= untilMinute * MINUTE; now += MINUTE) {
    for (const model of models.values()) model.judge(now);
    // Twice, for a composite may name another.
    for (const model of [...composites.values(), ...composites.values()]) model.judge(now, stateOf);
  }
  return [...composite].flatMap(([id, alarm]) => {
    if (!alarm.AlarmActions) return [];
    const name = /Export (\S+)/.exec(alarm.AlarmDescription)?.[1] ?? '';
    const transitions = composites.get(id)?.transitions ?? [];
    return transitions.map(([at, state]) => ({
      at: at / MINUTE,
      what: [sectionOf(alarm), name, state].filter(Boolean).join(' '),
    }));
  });
}

const whats = (found: ReturnType<typeof pages>) => found.map(({ what }) => what);
/** Complete snapshots of both exports, as scheduled. */
const well = (from: number, until: number, names: readonly string[] = ['a', 'b']): Attempt[] =>
  Array.from({ length: until - from }, (_, index) => from + index).flatMap((minute): Attempt[] => [
    ...(minute % 60 === 0 && names.includes('a') ? [['a', minute, 1, 'complete'] as const] : []),
    ...(minute % 5 === 0 && names.includes('b') ? [['b', minute, 1, 'complete'] as const] : []),
  ]);

describe.each([1, 2, 5])('one cause notifies once, where CloudWatch looks at %d periods more', (extra) => {
  it('nothing is wrong: no notification is sent, from the first deployment on', () => {
    expect(pages(well(30, 400), 400, extra)).toEqual([]);
  });

  it('before the first run has ended no-snapshot says nothing, and the first run that fails notifies', () => {
    expect(pages([], 600, extra)).toEqual([]);
    const failed: Attempt[] = [['a', 120, 1, 'failed'], ...well(180, 400)];
    expect(whats(pages(failed, 400, extra))).toEqual(['failing a ALARM', 'failing a OK']);
  });

  it('a run that fails for good and its event in the dead-letter queue notify once, until the next complete snapshot', () => {
    const attempts: Attempt[] = [
      ...well(0, 240, ['b']),
      ...well(0, 60, ['a']),
      ...([60, 62, 65] as const).map((minute): Attempt => ['a', minute, 1, 'failed']),
      ...well(120, 240, ['a']),
    ];
    const found = pages(attempts, 400, extra, [67]);
    expect(whats(found).slice(0, 2)).toEqual(['failing a ALARM', 'failing a OK']);
    expect(found[0]?.at).toBeLessThanOrEqual(66);
    expect(found[1]?.at).toBeLessThanOrEqual(126);
    expect(whats(found).filter((what) => what.startsWith('function-failing'))).toEqual([]);
  });

  it('a run that fails once and then succeeds notifies once', () => {
    const attempts: Attempt[] = [
      ...well(0, 400, ['b']),
      ['a', 60, 1, 'failed'],
      ['a', 63, 1, 'complete'],
      ...well(120, 400, ['a']),
    ];
    expect(whats(pages(attempts, 399, extra))).toEqual(['failing a ALARM', 'failing a OK']);
  });

  it('a run that Lambda killed after 15 minutes notifies, although no export says so', () => {
    const attempts: Attempt[] = [...well(0, 400), ['a', 61, 15, 'killed'], ['a', 77, 2, 'complete']];
    expect(whats(pages(attempts, 399, extra))).toEqual(['function-failing ALARM', 'function-failing OK']);
  });

  it('an export that fails while another does notifies, too', () => {
    const failing = (name: string, from: number, step: number, until: number) =>
      Array.from({ length: (until - from) / step }, (_, index): Attempt => [name, from + index * step, 1, 'failed']);
    const attempts = [
      ...well(0, 60),
      ...failing('a', 60, 60, 400),
      ...well(60, 200, ['b']),
      ...failing('b', 200, 5, 400),
    ];
    expect(whats(pages(attempts, 399, extra)).sort()).toEqual(['failing a ALARM', 'failing b ALARM']);
  });

  it('schedules that stop notify once for each export, and so does their return', () => {
    const found = pages([...well(0, 120), ...well(600, 700)], 699, extra);
    expect(whats(found)).toEqual(['failing a ALARM', 'failing a OK', 'failing b ALARM', 'failing b OK']);
    // Two missed hours, 20 minutes for a run to be late, and the periods that CloudWatch looks at beyond.
    expect(found[0]?.at).toBeLessThanOrEqual(61 + 140 + extra + 3);
    expect(found[2]?.at).toBeLessThanOrEqual(116 + 30 + extra + 3);
  });
});

describe.each([1, 2, 5])('a daily export, where CloudWatch looks at %d periods more', (extra) => {
  const DAY = 24 * 60;
  const daily = (...days: number[]): Attempt[] => days.map((day) => ['a', day * DAY + 200, 2, 'complete']);

  it('no notification is sent at its first snapshot, nor after', () => {
    expect(pages(daily(1, 2, 3), 3 * DAY, extra, [], DAILY)).toEqual([]);
  });

  it('its first run that fails notifies within minutes, and returns within minutes of a complete one', () => {
    const found = pages([['a', DAY + 200, 2, 'failed'], ...daily(2, 3)], 3 * DAY, extra, [], DAILY);
    expect(whats(found)).toEqual(['failing a ALARM', 'failing a OK']);
    expect(found[0]?.at).toBeLessThanOrEqual(DAY + 208);
    expect(found[1]?.at).toBeLessThanOrEqual(2 * DAY + 208);
  });

  it('where it pauses it notifies once, and returns within minutes of the next snapshot', () => {
    const found = pages(daily(1, 2, 8, 9), 9 * DAY, extra, [], DAILY);
    expect(whats(found)).toEqual(['failing a ALARM', 'failing a OK']);
    expect(found[1]?.at).toBeLessThanOrEqual(8 * DAY + 208);
  });
});

describe.each([1, 2, 5])('a run that outlasts an invocation, where CloudWatch looks at %d periods more', (extra) => {
  const others = well(0, 400, ['b']);

  it('fails for good and notifies once, by its export', () => {
    const attempts: Attempt[] = [...others, ...[60, 76, 93].map((at): Attempt => ['a', at, 15, 'failed'])];
    expect(whats(pages(attempts, 399, extra, [108], LONG))).toEqual(['failing a ALARM']);
  });

  it('is lost in a way that the function says nothing of, and notifies once', () => {
    const attempts: Attempt[] = [...others, ['a', 60, 15, 'killed'], ['a', 77, 15, 'killed']];
    expect(whats(pages(attempts, 399, extra, [92], LONG))).toEqual(['function-failing ALARM', 'function-failing OK']);
    // Step Functions itself gave it up.
    expect(whats(pages(others, 399, extra, [92], LONG))).toEqual(['function-failing ALARM', 'function-failing OK']);
  });
});

test('a stack of many exports has composites within the limits of CloudWatch, one for them all', () => {
  const exports = Array.from({ length: 60 }, (_, index) => ({ name: `e${index}`, schedule: 'rate(1 hour)' as const }));
  // The other alarms would exceed the resources of a stack.
  const disabledAlarms = ALARMS_ON_CUSTOM_METRICS.filter((name) => !['snapshot-failed', 'no-snapshot'].includes(name));
  const many = alarmsOf(synth({ exports, disabledAlarms })).composite;
  for (const { AlarmRule: rule } of many.values()) expect(rule.match(/\("/g)?.length).toBeLessThanOrEqual(25);
  const top = [...many.values()].find((alarm) => sectionOf(alarm) === 'function-failing' && alarm.ActionsSuppressor);
  const below = (id: string): string[] => {
    const rule = many.get(id)?.AlarmRule ?? '';
    const ids = [...rule.matchAll(/ALARM\("([^"]+)"\)/g)].map(([, found]) => found ?? '');
    return ids.flatMap((found) =>
      many.has(found) && sectionOf(many.get(found) as never) !== 'failing' ? below(found) : [found],
    );
  };
  expect(new Set(below(top?.ActionsSuppressor ?? '')).size).toBe(60);
});

test('where snapshot-failed is turned off it only says whether a run has ended', () => {
  const { metric: alarms, composite: found } = alarmsOf(
    synth({
      exports: [{ name: 'a', schedule: 'rate(1 hour)' }],
      disabledAlarms: ['snapshot-failed', 'function-failed', 'dead-letters'],
    }),
  );
  expect([...alarms.values()].map(sectionOf)).toContain('snapshot-failed');
  expect(
    [...found.values()].map(({ AlarmRule: rule }) => rule.replaceAll(/"[^"]*(failed|snapshot)\w{8}"/g, '$1')),
  ).toEqual(['((ALARM(snapshot) AND (NOT (INSUFFICIENT_DATA(failed)))))']);
});
