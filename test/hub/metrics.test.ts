import { figuresOf } from '../../hub/figures.ts';
import type { Look } from '../../hub/ports.ts';
import type { ExportHealthRow } from '../../lambda/contract/health.ts';

const ROW = { state: 'REPORTING', missing_thing_groups: [], unlinked_snapshots: 0 } as unknown as ExportHealthRow;
const LOOK: Look = {
  lookedAt: 0,
  rows: [ROW],
  failedInstances: [],
  unseen: [],
  updatedTables: [],
  staleRows: 0,
  isComplete: true,
  isExpectationKnown: true,
  damaged: [],
  future: [],
  isFirst: false,
  isSuperseded: false,
  failures: [],
};
const row = (own: Partial<ExportHealthRow>): ExportHealthRow => ({ ...ROW, ...own });

it('has a figure for each metric where all is known', () => {
  expect(figuresOf(LOOK)).toEqual({
    ...{ reporting: 1, silent: 0, failedStackInstances: 0, missingThingGroups: 0 },
    ...{ unlinked: 0, unseen: 0, looked: 1 },
  });
});

it('counts what is late or never came, missing groups of what reports, and unlinked snapshots', () => {
  const rows = [
    row({ state: 'LATE', missing_thing_groups: ['a'] }),
    row({ state: 'NEVER' }),
    row({ state: 'LEFT' }),
    row({ missing_thing_groups: ['a', 'b'], unlinked_snapshots: 2 }),
    row({ unlinked_snapshots: 1 }),
  ];
  expect(figuresOf({ ...LOOK, rows })).toMatchObject({ reporting: 2, silent: 2, missingThingGroups: 1, unlinked: 3 });
});

it('has no 0 of what is not known', () => {
  expect(figuresOf({ ...LOOK, isComplete: false, failures: [new Error('no')] })).toEqual({
    failedStackInstances: 0,
    looked: 0,
  });
  expect(figuresOf({ ...LOOK, staleRows: 1 })).not.toHaveProperty('silent');
  const nobodyKnows = figuresOf({ ...LOOK, isExpectationKnown: false });
  expect(nobodyKnows).not.toHaveProperty('silent');
  expect(nobodyKnows).toHaveProperty('reporting', 1);
  expect(figuresOf({ ...LOOK, rows: [row({ missing_thing_groups: null })] })).not.toHaveProperty('missingThingGroups');
  expect(figuresOf({ ...LOOK, rows: [row({ unlinked_snapshots: null })] })).not.toHaveProperty('unlinked');
  const { failedInstances: _failed, unseen: _unseen, ...unknown } = LOOK;
  expect(Object.keys(figuresOf(unknown))).not.toEqual(expect.arrayContaining(['unseen', 'failedStackInstances']));
});

it('says what is known to be wrong, though there may be more', () => {
  const rows = [row({ state: 'LATE' }), row({ missing_thing_groups: null }), row({ missing_thing_groups: ['a'] })];
  expect(figuresOf({ ...LOOK, rows, staleRows: 1, isComplete: false })).toMatchObject({
    silent: 1,
    missingThingGroups: 1,
  });
});
