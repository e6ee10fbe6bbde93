import type { Combination } from '../../model.ts';
import { count, unbroken } from '../base/format.ts';
import { lastWholeDay } from '../charts/periods.ts';

export interface Move {
  readonly name: string;
  readonly column: string;
  /** Statuses that an export must list so that the move is seen. */
  readonly statuses: readonly string[];
  readonly colourOf: string;
}

export const MOVES: readonly Move[] = [
  // A new job is in one of these, or soon will be.
  { name: 'created', column: 'created', statuses: ['SCHEDULED', 'IN_PROGRESS'], colourOf: 'SCHEDULED' },
  ...(
    [
      ['started', 'IN_PROGRESS'],
      ['completed', 'COMPLETED'],
      ['canceled', 'CANCELED'],
      ['being deleted', 'DELETION_IN_PROGRESS'],
    ] as const
  ).map(([name, status]) => ({ name, column: name.replace(' ', '_'), statuses: [status], colourOf: status })),
];

/** Why there is no number. */
export function notListedText({ statuses }: Move): string {
  return statuses.length === 1
    ? 'not listed by this export'
    : `not known: ${statuses.join(' and ')} are not both listed by this export`;
}

export function isListed({ statuses }: Move, { listedStatuses }: Listed): boolean {
  return statuses.every((status) => listedStatuses.includes(status));
}

type Listed = Pick<Combination, 'listedStatuses'>;

/** Text if no number is above 0; jobs in statuses that are not listed may have moved. */
export function nothingMovedText(listed: Listed): string {
  const unseen = MOVES.filter((move) => !isListed(move, listed)).map(({ name }) => name);
  if (unseen.length === 0) return 'No job was created, and none was seen to change its status.';
  return `Nothing was seen to move. Not known: ${unseen.join(', ')}, as this export does not list the statuses for it.`;
}

interface Line {
  readonly move: Move;
  readonly values: readonly (number | null)[];
}

type Days = Pick<Combination, 'from' | 'to' | 'firstDayFrom' | 'lastDayUntil'>;

/** The moves of the last whole day, and an explanation of the figures. */
export function movedLede(lines: readonly Line[], days: readonly string[], shown: Days): string {
  const whole = lastWholeDay(shown);
  const place = days.indexOf(whole ?? '');
  const numbers = lines.flatMap(({ move, values }) => {
    const value = values[place] ?? null;
    return value === null ? [] : [`${count(value)} ${move.name}`];
  });
  const unknown = lines.filter(({ values }) => (values[place] ?? null) === null).map(({ move }) => move.name);
  const rest = unknown.length > 0 ? `; not known: ${unknown.join(', ')}` : '';
  const day = `${unbroken(whole ?? '')}, the last whole day`;
  const ofDay =
    whole === undefined
      ? 'No day is known whole yet.'
      : numbers.length === 0
        ? `Of ${day}, it is not known.`
        : `On ${day}: ${numbers.join(', ')}${rest}.`;
  return `${ofDay} The number beside each name is the sum of its days. Created is by the time that AWS gives; the others are by the snapshot that saw the job so first; a job with maintenance windows starts with each of them.`;
}
