import type { Combination } from '../../model.ts';
import { counted } from '../base/format.ts';
import { groupsText } from './groups-text.ts';

type About = Pick<Combination, 'from' | 'to' | 'firstDayFrom' | 'lastDayUntil' | 'snapshotCount' | 'groups'>;

/** Text: days, snapshots and groups of the page. */
export function aboutText({ from, to, firstDayFrom, lastDayUntil, snapshotCount, groups }: About): string {
  const first = firstDayFrom === null ? from : `${from} ${firstDayFrom}`;
  const last = lastDayUntil === null ? to : `${to} ${lastDayUntil}`;
  const isInstant = firstDayFrom !== null && firstDayFrom === lastDayUntil;
  const ofOneDay = [
    from,
    firstDayFrom !== null && (isInstant ? firstDayFrom : `from ${firstDayFrom}`),
    lastDayUntil !== null && !isInstant && `until ${lastDayUntil}`,
  ];
  const span = from === to ? ofOneDay.filter(Boolean).join(' ') : `${first} to ${last}`;
  return [span, counted(snapshotCount, 'snapshot'), groups && groupsText(groups)].filter(Boolean).join(' · ');
}
