import { MOST_RUN_MINUTES, runMinutes } from '../contract/run-time.ts';
import { OutOfTimeError } from '../errors.ts';
import type { JobSource } from '../ports.ts';
import { listingName } from './plan.ts';
import { currentStep, type RunState } from './run-state.ts';
import { countsOf } from './saved-run.ts';

/** The error of a run whose time is over before its listings end: progress, estimated duration, and what to change. */
export function outOfTimeError(state: RunState, source: JobSource, now: number): OutOfTimeError {
  const elapsedMs = Math.max(0, now - state.startedAt);
  const { steps, position, listings } = state;
  const lists = steps.filter(({ kind }) => kind === 'list').length;
  const ended = steps.slice(0, position).filter(({ kind }) => kind === 'list').length;
  const jobs = listings.reduce((sum, listing) => sum + listing.job_count, 0);
  const { calls, throttled } = countsOf(state, source.counts);
  const step = currentStep(state);
  const estimate =
    ended === 0
      ? 'not one listing ended, so what all would take is not known'
      : `at this pace all of them would take about ${seconds((elapsedMs / ended) * lists)}`;
  return new OutOfTimeError(
    `Out of time after ${seconds(elapsedMs)}: ${ended} of ${lists} listings ended` +
      `${step?.kind === 'list' ? `, ${listingName(step.listing)} was at page ${step.listing.pages + 1}` : ''}; ` +
      `${jobs} jobs in ${calls} calls, ${throttled} of them throttled; ${estimate}. Nothing was written. ` +
      `Raise maxRunMinutes of the export (${runMinutes(state.request)}, up to ${MOST_RUN_MINUTES}), raise callsPerSecond (ask AWS ` +
      'for a higher ListJobs quota if need be), or split the export: fewer statuses or fewer thing groups each',
  );
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1000)} s`;
}
