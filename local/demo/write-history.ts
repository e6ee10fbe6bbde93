import { utcDate } from '../../lambda/contract/keys.ts';
import type { History } from '../../lambda/ports.ts';
import type { Drawing } from '../cli/drawing.ts';
import { counted } from '../cli/figures.ts';
import { DAY_MS } from './story.ts';
import { snapshotLine, type TakenSnapshot, takeSnapshot } from './take-snapshot.ts';
import type { Timetable } from './timetable.ts';
import type { World } from './world.ts';

const WEEK_MS = 7 * DAY_MS;
/** This many newest snapshots have a line each; older ones share a line per week. */
const LINES_OF_THEIR_OWN = 7;

/**
 * Takes all snapshots that are due, and draws progress.
 *
 * @throws InterruptedError when `interrupt` aborts, between two snapshots or before one is stored
 */
export async function writeHistory(
  world: World,
  history: History,
  { beganAt, due }: Timetable,
  drawing: Drawing,
  interrupt: AbortSignal,
): Promise<void> {
  const pending: TakenSnapshot[] = [];
  const week = (scheduledAt: number) => Math.floor((scheduledAt - beganAt) / WEEK_MS);
  try {
    for (const [i, one] of due.entries()) {
      const next = due[i + 1];
      drawing.live(`${utcDate(one.scheduledAt)}, snapshot ${i + 1} of ${due.length}`);
      const snapshot = await takeSnapshot(world, history, one, interrupt);
      if (i >= due.length - LINES_OF_THEIR_OWN) drawing.line(snapshotLine(snapshot), '✔');
      else {
        pending.push(snapshot);
        const isLast = i + 1 === due.length - LINES_OF_THEIR_OWN;
        const isWeekOver = next === undefined || week(next.scheduledAt) !== week(one.scheduledAt);
        if (isLast || isWeekOver) drawing.line(weekLine(pending.splice(0)), '✔');
      }
    }
  } finally {
    drawing.stop();
  }
}

/** `2026-10-25 to 2026-10-31  28 snapshots, 58,012 rows`. */
function weekLine(taken: readonly TakenSnapshot[]): string {
  const [first, last] = [taken[0], taken.at(-1)].map((one) => utcDate(one?.scheduledAt ?? 0));
  const days = first === last ? first : `${first} to ${last}`;
  const rows = taken.reduce((sum, { jobCount }) => sum + jobCount, 0);
  return `${String(days).padEnd(24)}  ${counted(taken.length, 'snapshot')}, ${counted(rows, 'row')}`;
}
