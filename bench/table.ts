/** A figure of the table: a ratio or a size, and its goal. */
export interface Figure {
  readonly name: string;
  readonly against: string;
  /** `null` when not measured; then `detail` has the reason. */
  readonly value: number | null;
  /** Maximum of the value. */
  readonly goal: number;
  readonly unit: '' | ' MB' | ' kB' | ' ms';
  /** The measurements behind the value. */
  readonly detail: string;
}

export type Verdict = 'met' | 'missed' | 'not measured';

/** @throws Error when the value is not a valid figure, such as NaN */
export function verdictOf({ name, against, value, goal, unit }: Figure): Verdict {
  if (value === null) return 'not measured';
  // A difference of times may be negative.
  if (!(Number.isFinite(value) && (value > 0 || unit === ' ms'))) {
    throw new Error(`The figure "${name}" against "${against}" must be a number above 0; got ${value}`);
  }
  return value <= goal ? 'met' : 'missed';
}

export const TABLE_HEAD = '| figure | against | measured | goal | |\n|---|---|---|---|---|';

/** A figure as a line of the table. A small run judges no goals. */
export function tableLine(figure: Figure, isSmall: boolean): string {
  const { name, against, value, goal, unit, detail } = figure;
  const text = (number: number) => `${unit ? Math.round(number) : Number(number.toFixed(3))}${unit}`;
  const isMissed = verdictOf(figure) === 'missed' && !isSmall;
  const measured = value === null ? 'not measured' : `${text(value)}${isMissed ? ' **missed**' : ''}`;
  return `| ${[name, against, measured, isSmall ? 'not judged' : `≤ ${text(goal)}`, detail].join(' | ')} |`;
}

/** The line below the table. */
export function summaryOf(figures: readonly Figure[], isSmall: boolean): string {
  const count = (verdict: Verdict) => figures.filter((figure) => verdictOf(figure) === verdict).length;
  if (isSmall) {
    const measured = figures.length - count('not measured');
    return `Small run: ${measured} figures measured, ${count('not measured')} not measured; no goal is judged`;
  }
  return `Goals: ${count('met')} met, ${count('missed')} missed, ${count('not measured')} not measured`;
}
