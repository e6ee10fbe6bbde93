import { epochMs } from '../base/format.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const STEPS = [
  ...[1, 2, 3, 6, 12].map((hours) => hours * HOUR_MS),
  ...[1, 2, 4, 7, 14, 28, 56, 112, 224, 448, 896].map((days) => days * DAY_MS),
];

/** At most `most` times at equal distances; for steps of days they are at midnight UTC. */
export function timeTicks(from: number, to: number, most: number): readonly number[] {
  const step = STEPS.find((one) => (to - from) / one <= most - 1) ?? (STEPS.at(-1) as number);
  const ticks: number[] = [];
  for (let at = Math.ceil(from / step) * step; at <= to; at += step) ticks.push(at);
  return ticks.length > 0 ? ticks : [from];
}

/** Labels of times: hours for up to two days, `MM-dd` for up to 200 days, else whole days. */
export function timeLabel(at: readonly string[]): (value: number) => string {
  const days = (epochMs(at.at(-1) ?? '') - epochMs(at[0] ?? '')) / DAY_MS;
  return (value) => {
    const text = new Date(value).toISOString();
    if (days <= 2) return text.slice(11, 16) === '00:00' ? text.slice(5, 10) : text.slice(11, 16);
    return days <= 200 ? text.slice(5, 10) : text.slice(0, 10);
  };
}
