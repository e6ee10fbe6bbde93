import fc from 'fast-check';
import type { ExportHealthRow, HealthEvent } from '../../../lambda/contract/health.ts';
import { StoreUnavailableError } from '../../../lambda/errors.ts';
import { at, HubWorld, PLACE } from '../../support/simulated-hub.ts';

const RUNS = Number(process.env.PROMISES_RUNS ?? 100);
const HOUR = 3_600_000;
const START = Date.parse('2026-11-23T00:00:00Z');
const ACCOUNTS = [PLACE.accountId, '222222222222', '333333333333'];
const EVENT: HealthEvent = {
  exports: [{ name: 'all', schedule: 'cron(0 * * * ? *)' }],
  missedPeriods: 2,
  organization: { stackSetName: 'exporters', callAs: 'SELF' },
};
const INSTANCES = ACCOUNTS.map((account) => ({ account, region: PLACE.region, status: 'CURRENT' }));

/** Calls of a look that may fail: those whose text contains this. */
const FAULTS = [
  'folders snapshots/',
  'folders snapshots/account_id=222222222222/',
  'keys snapshots/account_id=111122223333/',
  'keys ',
  'record ',
  'health put',
  'table ',
  'StackSet',
];

const hours = fc.array(
  fc.record({
    /** Which accounts write. */
    writes: fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()),
    fault: fc.option(fc.constantFrom(...FAULTS), { nil: undefined }),
  }),
  { minLength: 1, maxLength: 12 },
);

/** Fields that a look after faults must have as one without faults. */
function lasting({
  new_snapshots: _new,
  unlinked_snapshots: _unlinked,
  expected_since: _since,
  ...row
}: ExportHealthRow) {
  return row;
}

function statesOf(rows: readonly ExportHealthRow[]): ReadonlyMap<string, string> {
  return new Map(rows.map(({ account_id, state }) => [account_id, state]));
}

function isSilent(state: string | undefined): boolean {
  return state === 'LATE' || state === 'NEVER';
}

function look(world: HubWorld, fault: string | undefined) {
  world.failing = fault;
  world.instances = fault === 'StackSet' ? new StoreUnavailableError('throttled') : INSTANCES;
  return world.look(EVENT);
}

it('makes nothing silent by a fault, and forgets each by the next look that is well', async () => {
  await fc.assert(
    fc.asyncProperty(hours, async (story) => {
      const now = (hour: number) => new Date(START + hour * HOUR + 25 * 60_000).toISOString();
      const [faulty, well] = [new HubWorld(now(0)), new HubWorld(now(0))];
      // Both begin well, so that both know since when an export is expected.
      await look(faulty, undefined);
      await look(well, undefined);
      let before = statesOf(faulty.rows());
      for (const [index, { writes, fault }] of story.entries()) {
        const hour = index + 1;
        for (const world of [faulty, well]) {
          for (const [index, accountId] of ACCOUNTS.entries()) {
            if (writes[index]) world.put(at(START + hour * HOUR, { accountId }));
          }
          world.goTo(now(hour));
        }
        const { rows, failures } = await look(faulty, fault);
        if (failures.length > 0) expect(fault).toBeDefined();
        await look(well, undefined);
        const truth = statesOf(well.rows());
        for (const [account, state] of statesOf(rows)) {
          // Silent exports that cannot be seen stay silent. A fault makes no other export silent, and none report.
          if (isSilent(state)) expect([truth, before].some((states) => isSilent(states.get(account)))).toBe(true);
          if (state === 'REPORTING') expect(truth.get(account)).toBe('REPORTING');
          if (fault === undefined) expect(state).toBe(truth.get(account));
        }
        if (fault !== 'health put') before = statesOf(rows);
      }
      for (const world of [faulty, well]) world.goTo(now(story.length + 1));
      await look(faulty, undefined);
      await look(well, undefined);
      expect(faulty.rows().map(lasting)).toEqual(well.rows().map(lasting));
    }),
    { numRuns: RUNS },
  );
});
