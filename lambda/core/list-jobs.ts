import { ACCOUNT_WIDE, isSameScope, scopeName } from '../contract/scope.ts';
import { ExporterError, OutOfTimeError, RequestRefusedError, ThingGroupNotFoundError } from '../errors.ts';
import type { Ports } from '../ports.ts';
import { Changes } from './changes.ts';
import { type Limits, withDeadline } from './deadline.ts';
import type { RunDetails } from './details/run-details.ts';
import type { Pause } from './pause.ts';
import { type CheckStep, type ListStep, queryOf } from './plan.ts';
import { agesOfPage, isLinked } from './predecessor.ts';
import { filtersOf, jobLines } from './rows.ts';
import { RunEvents } from './run-events.ts';
import { applyResult, currentStep, isEmpty, type RunState, restartListing, type StepResult } from './run-state.ts';
import type { ObjectWriter } from './snapshot-objects.ts';

/** Time limit of one look-up of a thing group, retries and rate limiting included. */
const CHECK_MS = 20_000;
/** How long before the deadline of the listings a look-up is given up, so that the steps after it can still be done. */
const CHECK_MARGIN_MS = 1000;

/** A run that lists, with the receivers of what it lists. */
export interface ListingRun {
  readonly state: RunState;
  readonly objects: ObjectWriter;
  /** Absent if no job is described. */
  readonly details?: RunDetails | undefined;
}

/**
 * Works through the steps of a run from its current position, and writes the rows and changes as they arrive.
 *
 * The next page is requested before the rows of this page are written, and no earlier: it needs the token of this page.
 *
 * @returns whether all steps have ended. With a pause it may stop before, and can continue with the same state and objects
 */
export async function listJobs(
  { state, objects, details }: ListingRun,
  ports: Ports,
  { signal, deadlineAt }: Limits,
  pause?: Pause,
): Promise<boolean> {
  const events = new RunEvents(state, ports.observer);
  const { predecessor, listings } = state;
  const changes = isLinked(predecessor) ? new Changes(state.request, predecessor) : undefined;
  const filters = { ...filtersOf(state.request), listings };
  // Created once: a signal of the run's lifetime keeps all signals that depend on it in memory.
  const limits = { signal: pause ? AbortSignal.any([signal, pause.signal]) : signal, deadlineAt };
  const next = () => request(state, ports, limits);
  let inFlight = next();
  events.begin();

  while (inFlight !== undefined) {
    const result = await unlessPaused(inFlight, signal, pause);
    if (result === undefined) return false;
    const { position } = state;
    const fresh = applyResult(state, result, ports.clock.now());
    const isPaused = pause?.isDue() === true && currentStep(state) !== undefined;
    inFlight = isPaused ? undefined : next();

    events.resultTaken(position, result, fresh);
    const { request, observedAt } = state;
    const { scope } = result.step;
    const agesOf = agesOfPage(predecessor, scope, observedAt);
    await objects.writeRows(jobLines(fresh, { request, scope, observedAt, agesOf }), signal);
    const changed = changes ? [...changes.ofPage(fresh, scope, observedAt, filters)] : [];
    details?.take(state, fresh, changed);
    if (changes) await objects.writeChanges(changes.lines(changed));
    if (isPaused) return false;
    await pause?.check(signal);
  }
  if (changes) await objects.writeChanges(changes.lines(changes.vanished(filters)));
  // If the clock was set back, the run must not end before its last page.
  state.finishedAt = Math.max(state.observedAt, ports.clock.now());
  return true;
}

/** The result of a step; `undefined` if the pause came first. The call then counts as not made. */
async function unlessPaused(
  inFlight: Promise<StepResult>,
  signal: AbortSignal,
  pause: Pause | undefined,
): Promise<StepResult | undefined> {
  try {
    const result = await inFlight;
    signal.throwIfAborted();
    return result;
  } catch (error) {
    signal.throwIfAborted();
    if (pause?.signal.aborted) return undefined;
    throw error;
  }
}

/** Starts the call of the current step. A failure is thrown when the result is awaited; until then it counts as handled. */
function request(state: RunState, ports: Ports, limits: Limits): Promise<StepResult> | undefined {
  const step = currentStep(state);
  if (step === undefined) return undefined;
  const result =
    step.kind === 'list' ? listPage(state, step, ports, limits.signal) : checkThingGroup(state, step, ports, limits);
  result.catch(() => {});
  return result;
}

/** Lists a page. That the thing group does not exist is a result; every other error is thrown. */
async function listPage(state: RunState, step: ListStep, ports: Ports, signal: AbortSignal): Promise<StepResult> {
  const { source, observer } = ports;
  try {
    return { kind: 'page', step, page: await source.listJobs(queryOf(state.request, step, state.nextToken), signal) };
  } catch (error) {
    const isOfGroup = !isSameScope(step.scope, ACCOUNT_WIDE);
    if (isOfGroup && error instanceof ThingGroupNotFoundError) return { kind: 'not-found', step, error };
    if (!state.isTokenOld || !(error instanceof RequestRefusedError)) throw error;
    // How long a token is valid is not documented, and this one is from an earlier invocation.
    observer?.tokenRefused?.(step.listing, error);
    restartListing(state);
    return await listPage(state, step, ports, signal);
  }
}

/**
 * Checks whether the thing group of a scope without jobs exists. ListJobs has a ResourceNotFoundException, but no document says
 * that a missing thing group causes it, so an empty listing may be that of a missing group.
 *
 * AWS IoT has no call that finds a thing group by its id. A check that fails or hangs does not fail the run, even if the time
 * of the run is nearly over. After one such check no other is made, because one for each of many groups would use up that time.
 */
async function checkThingGroup(
  state: RunState,
  step: CheckStep,
  { clock, source }: Ports,
  { signal, deadlineAt }: Limits,
): Promise<StepResult> {
  const { thing_group_name: name } = step.scope;
  if (!isEmpty(state, step.scope)) return { kind: 'checked', step, exists: true };
  if (name === null || state.checksFailed) return { kind: 'checked', step, exists: null };
  const endsAt = Math.min(clock.monotonic() + CHECK_MS, deadlineAt - CHECK_MARGIN_MS);
  const timeoutError = () =>
    new OutOfTimeError(`No answer in time to whether thing group ${scopeName(step.scope)} exists`);
  try {
    const exists = await withDeadline(clock, endsAt, timeoutError, (ownSignal) =>
      source.thingGroupExists(name, AbortSignal.any([signal, ownSignal])),
    );
    return { kind: 'checked', step, exists };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof ExporterError) return { kind: 'checked', step, exists: null, error };
    throw error;
  }
}
