import type { Cell, Section } from '../../model.ts';
import { numberOf, records, textOf } from '../base/answer.ts';
import { count, counted, duration, epochMs, unbroken } from '../base/format.ts';

type Row = Readonly<Record<string, Cell>>;

/** Maximum of silent exports in the lede; the table has all. */
const MAX_NAMED = 5;
/** Hours after which the lede shows the age of the hub's check, which runs every hour with retries. */
const FRESH_HOURS = 2;
const HOUR_MS = 3_600_000;

/** Text of each state with a number, in the order of the sentence. */
const STATES: readonly (readonly [state: string, words: (exports: string) => string])[] = [
  ['REPORTING', (exports) => `${exports} on time`],
  ['LATE', (exports) => `${exports} late`],
  ['NEVER', (exports) => `${exports} late that never came`],
  ['FAILED', (exports) => `${exports} whose stack CloudFormation could not deploy`],
  ['UNKNOWN', (exports) => `${exports} of which it is not known whether they are late`],
  ['LEFT', (exports) => `${exports} that left`],
  ['AWAITED', (exports) => `${exports} awaited`],
];

/** Number of exports by state, names of the silent ones, and the time of the check. */
export function reportingLede({ answer }: Pick<Section, 'answer'>, writtenAt: string): string {
  const rows = records(answer);
  const lookedAt = textOf(rows[0], 'looked_at');
  const hours = (epochMs(writtenAt) - epochMs(lookedAt)) / HOUR_MS;
  const age = hours > FRESH_HOURS ? `, ${duration(hours)} before this page was made` : '';
  return `As of the look at ${unbroken(lookedAt)} UTC${age}: ${statesText(rows)}. ${silentText(rows)}`;
}

function statesText(rows: readonly Row[]): string {
  const known = new Set(STATES.map(([state]) => state));
  const strange = [...new Set(rows.map((row) => textOf(row, 'state')))].filter((state) => !known.has(state));
  const all = [...STATES, ...strange.map((state) => [state, (exports: string) => `${exports} ${state}`] as const)];
  const parts = all.flatMap(([state, words]) => {
    const { length } = rows.filter((row) => row.state === state);
    return length > 0 ? [words(count(length))] : [];
  });
  return `of ${counted(rows.length, 'export')} ${parts.join(', ')}`;
}

function silentText(rows: readonly Row[]): string {
  const found = rows.filter(({ state }) => state === 'LATE' || state === 'NEVER');
  if (found.length === 0) {
    const isKnown = rows.every(({ state }) => state !== 'UNKNOWN' && STATES.some(([known]) => known === state));
    return isKnown ? 'None that is expected was silent then.' : 'None is known to have been silent then.';
  }
  const names = found.slice(0, MAX_NAMED).map((row) => {
    const name = `${textOf(row, 'export_name')} in ${textOf(row, 'account_id')} ${textOf(row, 'region')}`;
    const ever = row.state === 'NEVER' ? ', never seen' : '';
    return `${name} (for ${duration(numberOf(row, 'hours_late'))}${ever})`;
  });
  const more = found.length - names.length;
  return `Silent: ${names.join('; ')}${more > 0 ? `; and ${count(more)} more` : ''}.`;
}
