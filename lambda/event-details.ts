import * as v from 'valibot';
import type { Details, Rollouts } from './contract/details.ts';
import { detailsFields, rolloutsFields } from './contract/details-rules.ts';
import type { ExportEvent } from './contract/event.ts';
import { JOB_STATUSES } from './contract/jobs.ts';
import { refusal } from './contract/rules.ts';
import { strictObjectMessage } from './event-alarms.ts';

/** Schema of an event's details. {@link detailsMistakes} checks them against the other fields of the event. */
export const details: v.GenericSchema<unknown, Details> = v.strictObject(
  detailsFields,
  strictObjectMessage('details', detailsFields),
);

const rolloutsEntries = {
  failedPercent: v.optional(rolloutsFields.failedPercent),
  minThings: v.optional(rolloutsFields.minThings),
  stalledHours: v.optional(rolloutsFields.stalledHours),
};
export const rollouts: v.GenericSchema<unknown, Rollouts> = v.strictObject(
  rolloutsEntries,
  strictObjectMessage('rollouts', rolloutsEntries),
);

/** Messages about details and rollouts that contradict other fields of the event. Each field by itself is valid already. */
export function detailsMistakes({ details, rollouts, statuses = JOB_STATUSES }: ExportEvent): string[] {
  const notListed = (details?.statuses ?? []).flatMap((status, i) =>
    statuses.includes(status)
      ? []
      : [`details.statuses.${i} ${refusal('must be one that the event asks for', status)}`],
  );
  if (!rollouts || details) return notListed;
  return [`rollouts ${refusal('must come with details, which say how far jobs are, or be left out', rollouts)}`];
}
