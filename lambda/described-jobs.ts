import * as v from 'valibot';
import type { Details, Rollouts } from './contract/details.ts';
import { detailsFields, rolloutsFields } from './contract/details-rules.ts';
import type { ExportEvent } from './contract/event.ts';
import { JOB_STATUSES } from './contract/jobs.ts';
import { refusal } from './contract/rules.ts';
import { strictness } from './counted-alarms.ts';

/** The details of an event by themselves; {@link badDetails} compares them with the rest of it. */
export const details: v.GenericSchema<unknown, Details> = v.strictObject(
  detailsFields,
  strictness('details', detailsFields),
);

const rolloutsEntries = {
  failedPercent: v.optional(rolloutsFields.failedPercent),
  minThings: v.optional(rolloutsFields.minThings),
  stalledHours: v.optional(rolloutsFields.stalledHours),
};
export const rollouts: v.GenericSchema<unknown, Rollouts> = v.strictObject(
  rolloutsEntries,
  strictness('rollouts', rolloutsEntries),
);

/** What is wrong with details and rollouts of an event whose fields are each right. */
export function badDetails({ details, rollouts, statuses = JOB_STATUSES }: ExportEvent): string[] {
  const notListed = (details?.statuses ?? []).flatMap((status, i) =>
    statuses.includes(status)
      ? []
      : [`details.statuses.${i} ${refusal('must be one that the event asks for', status)}`],
  );
  if (!rollouts || details) return notListed;
  return [`rollouts ${refusal('must come with details, which say how far jobs are, or be left out', rollouts)}`];
}
