/**
 * A field of an AWS cron expression.
 * Source: EventBridge Scheduler User Guide, Schedule types, Cron-based schedules.
 */
interface Field {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  /** Names of the values, from `min` on. */
  readonly names?: readonly string[];
  /** Forms that only this field allows, and not in a list. */
  readonly special?: RegExp;
  /** Whether `/` is allowed. */
  readonly steps: boolean;
  /** The allowed values, for messages. */
  readonly takes: string;
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

const FIELDS: readonly Field[] = [
  { name: 'minutes', min: 0, max: 59, steps: true, takes: '0-59 with , - * /' },
  { name: 'hours', min: 0, max: 23, steps: true, takes: '0-23 with , - * /' },
  {
    name: 'day of month',
    min: 1,
    max: 31,
    special: /^(\?|L|LW|([1-9]|[12]\d|3[01])W)$/,
    steps: true,
    takes: '1-31 with , - * / or ? L 15W LW alone',
  },
  { name: 'month', min: 1, max: 12, names: MONTHS, steps: true, takes: '1-12 or JAN-DEC with , - * /' },
  {
    name: 'day of week',
    min: 1,
    max: 7,
    names: DAYS,
    special: new RegExp(`^(\\?|L|([1-7]|${DAYS.join('|')})(L|#[1-5]))$`),
    steps: false,
    takes: '1-7 (Sunday is 1) or SUN-SAT with , - * or ? L 6L 6#3 alone',
  },
  { name: 'year', min: 1970, max: 2199, steps: true, takes: '1970-2199 with , - * /' },
];

/** Returns what is wrong with the fields of `cron(…)`, or `undefined`. */
export function cronMistake(fields: string): string | undefined {
  const parts = fields.trim().toUpperCase().split(/\s+/);
  if (parts.length !== FIELDS.length) {
    const names = FIELDS.map(({ name }) => name).join(', ');
    return `must have six fields (${names}), such as cron(0 * * * ? *), and has ${parts.length}`;
  }
  for (const [index, field] of FIELDS.entries()) {
    const part = parts[index] ?? '';
    if (!takesPart(field, part)) return `has ${JSON.stringify(part)} for ${field.name}, which takes ${field.takes}`;
  }
  if ((parts[2] === '?') === (parts[4] === '?')) {
    return 'must have ? for one of day of month and day of week, and say the days in the other';
  }
  return undefined;
}

/** Times of day of a cron's runs, in milliseconds since midnight, ascending. */
export function timesOfDay(minutes: string, hours: string): number[] {
  return valuesOf(hours, 23).flatMap((hour) => valuesOf(minutes, 59).map((minute) => (hour * 60 + minute) * 60_000));
}

/** Values from 0 to `max` that match a numeric field, ascending. */
function valuesOf(part: string, max: number): number[] {
  const named = part.split(',').flatMap((item) => {
    const [range = '', step] = item.split('/');
    const [from = 0, to = step === undefined ? from : max] = range === '*' ? [0, max] : range.split('-').map(Number);
    return Array.from({ length: max + 1 }, (_, value) => value).filter(
      (value) => value >= from && value <= to && (value - from) % Number(step ?? 1) === 0,
    );
  });
  return [...new Set(named)].sort((a, b) => a - b);
}

function takesPart(field: Field, part: string): boolean {
  return field.special?.test(part) || part.split(',').every((item) => takesItem(field, item));
}

function takesItem(field: Field, item: string): boolean {
  const [range = '', step, ...rest] = item.split('/');
  if (rest.length > 0) return false;
  if (step !== undefined && !(field.steps && /^\d+$/.test(step) && Number(step) >= 1 && Number(step) <= field.max)) {
    return false;
  }
  if (range === '*') return true;
  const [from, to, ...more] = range.split('-').map((value) => valueIn(field, value));
  return from !== undefined && more.length === 0 && (!range.includes('-') || (to !== undefined && from <= to));
}

function valueIn(field: Field, text: string): number | undefined {
  const named = field.names?.indexOf(text) ?? -1;
  if (named >= 0) return field.min + named;
  const value = Number(text);
  return /^\d+$/.test(text) && value >= field.min && value <= field.max ? value : undefined;
}
