/** An alarm as the template has it. */
export interface AlarmProperties {
  readonly ComparisonOperator: string;
  readonly Threshold: number;
  readonly Period: number;
  readonly EvaluationPeriods: number;
  readonly DatapointsToAlarm?: number;
  readonly Statistic: 'Maximum' | 'Minimum' | 'Sum';
  readonly TreatMissingData: 'breaching' | 'notBreaching';
}

export type AlarmState = 'OK' | 'ALARM';
export interface Point {
  /** Seconds. */
  readonly at: number;
  readonly value: number;
}

const OPERATORS: Readonly<Record<string, (value: number, threshold: number) => boolean>> = {
  GreaterThanThreshold: (value, threshold) => value > threshold,
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
  LessThanThreshold: (value, threshold) => value < threshold,
  LessThanOrEqualToThreshold: (value, threshold) => value <= threshold,
};

/**
 * CloudWatch's evaluation at a moment: periods that end now, two more looked at than asked for, as in the
 * guide's example of five for three; where enough of them have
 * data the newest of those decide, else the missing ones are filled in.
 * Source: CloudWatch User Guide, Configuring how CloudWatch alarms treat missing data.
 */
export function stateAt(alarm: AlarmProperties, points: readonly Point[], now: number): AlarmState {
  const { Period: period, EvaluationPeriods: wanted, DatapointsToAlarm: needed = wanted } = alarm;
  const periods = Array.from({ length: wanted + 2 }, (_, index) => {
    const end = now - index * period;
    return statistic(
      alarm,
      points.filter(({ at }) => at > end - period && at <= end),
    );
  });
  const known = periods.filter((value) => value !== undefined);
  const judged = known.length >= wanted ? known.slice(0, wanted) : periods.slice(0, wanted);
  const breaches = judged.filter((value) =>
    value === undefined
      ? alarm.TreatMissingData === 'breaching'
      : OPERATORS[alarm.ComparisonOperator]?.(value, alarm.Threshold),
  );
  return breaches.length >= needed ? 'ALARM' : 'OK';
}

/** Every change of state, evaluated once a minute: `[seconds, state]`, the first at the beginning. */
export function changes(alarm: AlarmProperties, points: readonly Point[], until: number): [number, AlarmState][] {
  const found: [number, AlarmState][] = [];
  for (let now = 0; now <= until; now += 60) {
    const state = stateAt(alarm, points, now);
    if (found.at(-1)?.[1] !== state) found.push([now, state]);
  }
  return found;
}

function statistic({ Statistic }: AlarmProperties, points: readonly Point[]): number | undefined {
  if (points.length === 0) return undefined;
  const values = points.map(({ value }) => value);
  if (Statistic === 'Sum') return values.reduce((sum, value) => sum + value, 0);
  return Statistic === 'Maximum' ? Math.max(...values) : Math.min(...values);
}
