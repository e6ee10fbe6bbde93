/** An alarm on a metric as the template has it. */
export interface AlarmProperties {
  readonly ComparisonOperator: string;
  readonly Threshold: number;
  readonly Period: number;
  readonly EvaluationPeriods: number;
  readonly DatapointsToAlarm?: number;
  readonly Statistic: 'Maximum' | 'Minimum' | 'Sum';
  readonly TreatMissingData: 'breaching' | 'notBreaching' | 'ignore' | 'missing';
}

export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

/** A datum of a metric. Times are in seconds. */
export interface Point {
  /** Its timestamp. */
  readonly at: number;
  readonly value: number;
  /** When CloudWatch has it; by default at once. */
  readonly visibleAt?: number;
}

const MINUTE = 60;
const HOUR = 3600;
const DAY = 24 * HOUR;

const OPERATORS: Readonly<Record<string, (value: number, threshold: number) => boolean>> = {
  GreaterThanThreshold: (value, threshold) => value > threshold,
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
  LessThanThreshold: (value, threshold) => value < threshold,
  LessThanOrEqualToThreshold: (value, threshold) => value <= threshold,
};

/**
 * An alarm as CloudWatch judges it, once a minute. It looks at periods that end with the last whole minute, and at some
 * more than asked for. Real data in all of these count: where there are enough the newest decide, else missing ones are
 * filled in until there are as many as evaluation periods. An alarm that looks back further than a day is judged once an
 * hour, by what the last full hour ended with.
 *
 * Sources: CloudWatch User Guide, "Alarm evaluation window" (sliding, by default), "Configuring how CloudWatch alarms treat
 * missing data", "Alarm evaluation". How many more periods is not documented: it is a parameter.
 */
export class AlarmModel {
  state: AlarmState = 'INSUFFICIENT_DATA';
  readonly #alarm: AlarmProperties;
  readonly #points: readonly Point[];
  readonly #extraPeriods: number;
  /** Index of the first point that is not too old. */
  #first = 0;

  /** @param points in the order of their times */
  constructor(alarm: AlarmProperties, points: readonly Point[], extraPeriods: number) {
    this.#alarm = alarm;
    this.#points = points;
    this.#extraPeriods = extraPeriods;
  }

  /** Judges it at a time, which must not go back. */
  judge(now: number): AlarmState {
    const { Period: period, EvaluationPeriods: wanted } = this.#alarm;
    const isMultiDay = period * wanted > DAY;
    if (isMultiDay && Math.floor(now / MINUTE) % 60 !== 3) return this.state;
    const end = isMultiDay ? Math.floor(now / HOUR) * HOUR : Math.floor(now / MINUTE) * MINUTE;
    this.state = this.stateBy(this.periodsBefore(end, now));
    return this.state;
  }

  /** Values of the periods with data, the newest first. */
  private periodsBefore(end: number, now: number): number[] {
    const { Period: period, EvaluationPeriods: wanted } = this.#alarm;
    const start = end - period * (wanted + this.#extraPeriods);
    while ((this.#points[this.#first]?.at ?? Number.POSITIVE_INFINITY) < start) this.#first += 1;
    const values: number[] = [];
    for (let index = this.#first; index < this.#points.length; index += 1) {
      const point = this.#points[index] as Point;
      if (point.at >= end) break;
      if ((point.visibleAt ?? point.at) > now) continue;
      // CloudWatch keeps data of standard resolution by the minute.
      const minute = Math.floor(point.at / MINUTE) * MINUTE;
      const place = Math.ceil((end - minute) / period) - 1;
      values[place] = this.statistic(values[place], point.value);
    }
    return values.filter((value) => value !== undefined);
  }

  private stateBy(real: readonly number[]): AlarmState {
    const { EvaluationPeriods: wanted, DatapointsToAlarm: needed = wanted, TreatMissingData: missing } = this.#alarm;
    const judged = real.slice(0, wanted);
    const breaching = judged.filter((value) =>
      OPERATORS[this.#alarm.ComparisonOperator]?.(value, this.#alarm.Threshold),
    );
    const filled = wanted - judged.length;
    if (missing === 'missing') {
      if (judged.length === 0) return 'INSUFFICIENT_DATA';
      return breaching.length === judged.length ? 'ALARM' : 'OK';
    }
    if (missing === 'ignore' && filled > 0) {
      if (breaching.length >= needed) return 'ALARM';
      return judged.length - breaching.length > wanted - needed ? 'OK' : this.state;
    }
    return breaching.length + (missing === 'breaching' ? filled : 0) >= needed ? 'ALARM' : 'OK';
  }

  private statistic(known: number | undefined, value: number): number {
    if (known === undefined) return value;
    const { Statistic: statistic } = this.#alarm;
    if (statistic === 'Sum') return known + value;
    return statistic === 'Maximum' ? Math.max(known, value) : Math.min(known, value);
  }
}

/** Every change of state, judged once a minute: `[seconds, state]`, the first at the beginning. */
export function changes(
  alarm: AlarmProperties,
  points: readonly Point[],
  until: number,
  extraPeriods = 2,
): [number, AlarmState][] {
  const model = new AlarmModel(alarm, points, extraPeriods);
  const found: [number, AlarmState][] = [];
  for (let now = 0; now <= until; now += MINUTE) {
    const state = model.judge(now);
    if (found.at(-1)?.[1] !== state) found.push([now, state]);
  }
  return found;
}
