import type { Combination } from '../../model.ts';
import { counted } from '../base/format.ts';
import { groupsWords } from './groups-words.ts';

type About = Pick<Combination, 'from' | 'to' | 'firstDayFrom' | 'lastDayUntil' | 'snapshotCount' | 'groups'>;

/** Days, snapshots and groups that the page is about. */
export function aboutWords({ from, to, firstDayFrom, lastDayUntil, snapshotCount, groups }: About): string {
  const first = firstDayFrom === null ? from : `${from} ${firstDayFrom}`;
  const last = lastDayUntil === null ? to : `${to} ${lastDayUntil}`;
  const isInstant = firstDayFrom !== null && firstDayFrom === lastDayUntil;
  const ofOneDay = [
    from,
    firstDayFrom !== null && (isInstant ? firstDayFrom : `from ${firstDayFrom}`),
    lastDayUntil !== null && !isInstant && `until ${lastDayUntil}`,
  ];
  const span = from === to ? ofOneDay.filter(Boolean).join(' ') : `${first} to ${last}`;
  return [span, counted(snapshotCount, 'snapshot'), groups && groupsWords(groups)].filter(Boolean).join(' · ');
}
