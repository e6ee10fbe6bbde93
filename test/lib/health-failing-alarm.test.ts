import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { HEALTH_METRICS } from '../../lambda/contract/health.ts';
import { HistoryHealth, IotJobsHistory } from '../../lib/index.ts';
import { alarmsOf } from '../support/alarms-of.ts';
import { AlarmModel, type AlarmState, type Point } from '../support/cloudwatch-model.ts';
import { CompositeModel } from '../support/composite-model.ts';
import { dummyCode, newApp } from './synth.ts';

const MINUTE = 60;
const HOUR = 60;
/** Periods that CloudWatch looks at beyond: how many is not documented. */
const EXTRA = [0, 5];

function alarmsEvery(everyMinutes: number) {
  const stack = new Stack(newApp(), 'Hub', { env: { account: '111111111111', region: 'eu-west-1' } });
  const history = new IotJobsHistory(stack, 'History', { exportNames: ['all'] });
  new HistoryHealth(stack, 'Health', { history, expected: { exports: [] }, everyMinutes, code: dummyCode() });
  return alarmsOf(Template.fromStack(stack));
}

const HOURLY = alarmsEvery(HOUR);
const DAILY = alarmsEvery(24 * HOUR);

/** Tries of looks: when each ended, in minutes since the deployment, and whether well; one that was killed writes nothing. */
interface Looks {
  readonly ended: readonly (readonly [minute: number, isWell: boolean])[];
  /** When Lambda gave one up. */
  readonly givenUp?: readonly number[];
}

/** When, in minutes, and with which state health-failing notifies. */
function pages(
  { ended, givenUp = [] }: Looks,
  untilMinute: number,
  extraPeriods: number,
  { metric, composite } = HOURLY,
) {
  const pointsOf = (metricName: string): Point[] => {
    if (metricName === 'AsyncEventsDropped') return givenUp.map((minute) => ({ at: minute * MINUTE, value: 1 }));
    if (metricName !== HEALTH_METRICS.looked) return [];
    return ended.map(([minute, isWell]) => ({
      at: minute * MINUTE,
      value: isWell ? 1 : 0,
      visibleAt: minute * MINUTE + 30,
    }));
  };
  const models = new Map(
    [...metric].map(([id, alarm]) => [id, new AlarmModel(alarm, pointsOf(alarm.MetricName), extraPeriods)]),
  );
  const [failing] = [...composite.values()];
  if (!failing) throw new Error('There is no composite alarm');
  const model = new CompositeModel(failing);
  for (let now = 0; now <= untilMinute * MINUTE; now += MINUTE) {
    for (const alarm of models.values()) alarm.judge(now);
    model.judge(now, (id): AlarmState => models.get(id)?.state ?? 'INSUFFICIENT_DATA');
  }
  return model.transitions.map(([at, state]) => [at / MINUTE, state] as const);
}

const well = (from: number, until: number, every: number): (readonly [number, boolean])[] =>
  Array.from({ length: Math.floor((until - from) / every) + 1 }, (_, i) => [from + i * every, true] as const);

describe.each(EXTRA)('health-failing, with %i periods looked at beyond', (extra) => {
  it('says nothing before the first look is due, and nothing while looks end well', () => {
    expect(pages({ ended: [] }, 10 * HOUR, extra)).toEqual([]);
    expect(pages({ ended: well(2, 20 * HOUR, HOUR) }, 20 * HOUR, extra)).toEqual([]);
    expect(pages({ ended: well(HOUR, 20 * HOUR, HOUR) }, 20 * HOUR, extra)).toEqual([]);
  });

  it('says nothing of a try that fails and is made up for by the next, nor of one look that never was', () => {
    const ended = [
      ...well(2, 5 * HOUR, HOUR),
      [302, false] as const,
      [304, true] as const,
      ...well(364, 12 * HOUR, HOUR),
    ];
    expect(pages({ ended }, 12 * HOUR, extra)).toEqual([]);
    const withOneLess = well(2, 12 * HOUR, HOUR).filter(([minute]) => minute !== 302);
    expect(pages({ ended: withOneLess }, 12 * HOUR, extra)).toEqual([]);
  });

  it('goes on when a look was given up, the first one, too, stays on while looks are, and returns', () => {
    const givenUp = [5, 65, 125];
    const tries = givenUp.flatMap((minute) => [minute - 3, minute - 2, minute].map((at) => [at, false] as const));
    const [on, off, ...more] = pages({ ended: [...tries, ...well(184, 20 * HOUR, HOUR)], givenUp }, 20 * HOUR, extra);
    expect([on?.[1], off?.[1], more]).toEqual(['ALARM', 'OK', []]);
    expect(on?.[0]).toBeLessThanOrEqual(7);
    expect(off?.[0]).toBeGreaterThan(180);
    expect(off?.[0]).toBeLessThanOrEqual(125 + 90 + 6);
  });

  it('goes on when Lambda kills each look, of which the function writes nothing', () => {
    const [on] = pages({ ended: [], givenUp: [50] }, 3 * HOUR, extra);
    expect(on).toEqual([expect.any(Number), 'ALARM']);
  });

  it('goes on when nothing looks any more, after two periods, and returns with the next look', () => {
    const ended = [...well(2, 5 * HOUR, HOUR), [600, true] as const];
    const [on, off, ...more] = pages({ ended }, 11 * HOUR, extra);
    const last = 2 + 4 * HOUR;
    expect([on?.[1], off?.[1], more]).toEqual(['ALARM', 'OK', []]);
    expect(on?.[0]).toBeGreaterThan(last + 2 * HOUR);
    expect(on?.[0]).toBeLessThanOrEqual(last + 2 * HOUR + 30);
    expect(off?.[0]).toBeLessThanOrEqual(603);
  });

  it('of daily looks, which CloudWatch judges once an hour, says nothing with the first, and returns within minutes', () => {
    const day = 24 * HOUR;
    expect(pages({ ended: well(2, 6 * day, day) }, 6 * day, extra, DAILY)).toEqual([]);
    const ended = [...well(2, day + 2, day), [5 * day + 30, true] as const];
    const [on, off, ...more] = pages({ ended }, 5 * day + 300, extra, DAILY);
    expect([on?.[1], off?.[1], more]).toEqual(['ALARM', 'OK', []]);
    expect(on?.[0]).toBeGreaterThan(3 * day);
    expect(off?.[0]).toBeLessThanOrEqual(5 * day + 33);
  });
});
