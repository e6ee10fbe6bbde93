import {
  EXPORT_STATES,
  type ExportHealthRow,
  type ExportState,
  type HEALTH_METRICS,
} from '../lambda/contract/health.ts';
import type { Look } from './ports.ts';

type Figures = Readonly<Partial<Record<keyof typeof HEALTH_METRICS, number>>>;

/** Whether an export is silent: its snapshot is overdue. */
export function isSilent({ state }: Pick<ExportHealthRow, 'state'>): boolean {
  return state === 'LATE' || state === 'NEVER';
}

/** Number of exports in each state. */
export function countsByState(rows: readonly ExportHealthRow[]): Readonly<Record<ExportState, number>> {
  const count = (state: ExportState) => rows.filter((row) => row.state === state).length;
  return Object.fromEntries(EXPORT_STATES.map((state) => [state, count(state)])) as Record<ExportState, number>;
}

/**
 * The metrics of a look, by their keys in `HEALTH_METRICS`. An unknown number is left out: a 0 would end an alarm. A lower bound
 * above 0 is not left out.
 */
export function figuresOf(look: Look): Figures {
  const { rows, staleRows, isComplete, isExpectationKnown, failedInstances, unseen, failures } = look;
  const isAllKnown = staleRows === 0 && isComplete;
  const knownIf = (isKnown: boolean, value: number) => (isKnown || value > 0 ? value : undefined);
  const reporting = rows.filter(({ state }) => state === 'REPORTING');
  const missing = reporting.filter(({ missing_thing_groups }) => (missing_thing_groups?.length ?? 0) > 0).length;
  const unlinked = rows.reduce((sum, { unlinked_snapshots }) => sum + (unlinked_snapshots ?? 0), 0);
  const figures = {
    reporting: isAllKnown ? reporting.length : undefined,
    silent: knownIf(isAllKnown && isExpectationKnown, rows.filter(isSilent).length),
    failedStackInstances: failedInstances?.length,
    missingThingGroups: knownIf(
      isAllKnown && reporting.every(({ missing_thing_groups }) => missing_thing_groups !== null),
      missing,
    ),
    unlinked: knownIf(isAllKnown && rows.every(({ unlinked_snapshots }) => unlinked_snapshots !== null), unlinked),
    unseen: unseen && knownIf(isComplete, unseen.length),
    looked: failures.length === 0 ? 1 : 0,
  };
  return Object.fromEntries(Object.entries(figures).filter(([, value]) => value !== undefined));
}
