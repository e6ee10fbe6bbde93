import type { JobStatus } from '../../../../lambda/contract/jobs.ts';
import type { ChangeOfJob } from '../../../../lambda/core/changes.ts';
import { Candidates, MAX_OWED, NO_TURN, type Turn } from '../../../../lambda/core/details/candidates.ts';
import type { FreshJob } from '../../../../lambda/core/seen-jobs.ts';
import { job } from '../../../support/scripted-source.ts';

const SCOPE = { thing_group_name: null, queried_thing_group_id: null };

function page(ids: readonly string[], status: JobStatus | undefined, haveEnded = false): [FreshJob[], ChangeOfJob[]] {
  const fresh = ids.map((id) => ({ job: job(id, { status }), before: undefined }));
  const changes = fresh.map(
    ({ job }): ChangeOfJob => ({
      change: 'APPEARED',
      reason: haveEnded ? 'NEW' : 'UNEXPLAINED',
      scope: SCOPE,
      to: { job, seenAt: '' },
    }),
  );
  return [fresh, changes];
}

const of = (maxJobs: number, turn: Turn = NO_TURN) => new Candidates({ statuses: ['IN_PROGRESS'], maxJobs }, turn);
const all = () => true;
const none = () => false;
const ids = (some: readonly { readonly id: string }[]) => some.map(({ id }) => id);
const many = (name: string, count: number) =>
  Array.from({ length: count }, (_, i) => `${name}-${String(i).padStart(5, '0')}`);

it('of more that have ended than there is room for, those without room are certain of nothing, and are owed', () => {
  const candidates = of(2);
  expect(ids(candidates.take(...page(['a', 'b', 'c', 'd'], 'COMPLETED', true)))).toEqual(['a', 'b']);
  expect(ids(candidates.selected())).toEqual(['a', 'b']);
  expect(candidates.turnAfter(all, none)).toEqual({ owed: ['c', 'd'], after: null });
  expect(candidates.count).toBe(4);
});

it('room is kept for those that are owed, which go first', () => {
  const candidates = of(2, { owed: ['x'], after: 'k' });
  expect(ids(candidates.take(...page(['a', 'b'], 'COMPLETED', true)))).toEqual(['a']);
  expect(ids(candidates.take(...page(['x'], 'CANCELED')))).toEqual(['x']);
  expect(ids(candidates.certain())).toEqual(['x', 'a']);
  expect(ids(candidates.selected())).toEqual(['x', 'a']);
  expect(candidates.turnAfter(all, none)).toEqual({ owed: ['b'], after: 'k' });
});

it.each([
  ['IN_PROGRESS', true],
  ['SCHEDULED', true],
  [undefined, false],
] as const)('a job that is owed and is listed as %s now is another one: %s', (status, isOther) => {
  const candidates = of(5, { owed: ['x'], after: null });
  expect(ids(candidates.take(...page(['x'], status)))).toEqual(isOther ? [] : ['x']);
});

it('a job in progress in one scope that has ended in the next is one, and goes first', () => {
  const candidates = of(3);
  candidates.take(...page(['a', 'b', 'c', 'd'], 'IN_PROGRESS'));
  candidates.take(...page(['c'], 'COMPLETED', true));
  expect(ids(candidates.selected())).toEqual(['c', 'a', 'b']);
  expect(candidates.count).toBe(4);
  expect(candidates.turnAfter(all, none)).toEqual({ owed: [], after: 'b' });
});

it('the turn goes round from the one that was last, in the order of code units', () => {
  const candidates = of(4, { owed: [], after: 'b' });
  candidates.take(...page(['a', 'Z', 'b', 'é', 'c', 'd'], 'IN_PROGRESS'));
  expect(ids(candidates.selected())).toEqual(['c', 'd', 'é', 'Z']);
  expect(candidates.turnAfter(all, none).after).toBe('Z');
  expect(candidates.turnAfter((id) => id === 'd', none).after).toBe('d');
  expect(candidates.turnAfter(none, none).after).toBe('b');
});

it('remembers the newest where more have ended than it may', () => {
  const candidates = of(1, { owed: many('owed', MAX_OWED), after: null });
  candidates.take(...page(many('owed', MAX_OWED), 'COMPLETED'));
  candidates.take(...page(many('ended', 10), 'COMPLETED', true));
  const { owed } = candidates.turnAfter(all, none);
  expect(owed).toHaveLength(MAX_OWED);
  expect(owed.at(-1)).toBe('ended-00009');
});

it('one that ended and could not be described is owed once, and given up when it fails again', () => {
  const first = of(5);
  first.take(...page(['a', 'b'], 'COMPLETED', true));
  first.take(...page(['c', 'd'], 'IN_PROGRESS'));
  const turn = first.turnAfter(all, (id) => id === 'a' || id === 'd');
  expect(turn).toEqual({ owed: ['a'], after: 'd' });
  const second = of(5, turn);
  second.take(...page(['a'], 'COMPLETED'));
  expect(second.turnAfter(all, all)).toEqual({ owed: [], after: 'd' });
  expect(second.turnAfter(none, none)).toEqual({ owed: ['a'], after: 'd' });
});

it('goes on from what was saved', () => {
  const turn = { owed: ['x'], after: 'b' };
  const candidates = of(3, turn);
  candidates.take(...page(['a', 'b', 'c', 'd', 'e'], 'IN_PROGRESS'));
  const halfway = Candidates.load({ statuses: ['IN_PROGRESS'], maxJobs: 3 }, turn, structuredClone(candidates.save()));
  for (const some of [candidates, halfway]) {
    some.take(...page(['x', 'e'], 'COMPLETED', true));
    some.take([{ job: { status: 'IN_PROGRESS' }, before: undefined }], []);
  }
  expect(ids(halfway.selected())).toEqual(ids(candidates.selected()));
  expect(halfway.count).toBe(candidates.count);
  expect(halfway.turnAfter(all, none)).toEqual(candidates.turnAfter(all, none));
});

it('takes 100,000 jobs of 4,000 pages, 10,000 of which have ended, in a time that does not grow with their square', () => {
  const took = (jobs: number) => {
    const candidates = of(10_000);
    const running = many('job', jobs);
    const ended = many('ended', jobs / 10);
    const beganAt = process.cpuUsage().user;
    for (let from = 0; from < jobs; from += 25) candidates.take(...page(running.slice(from, from + 25), 'IN_PROGRESS'));
    for (let from = 0; from < ended.length; from += 2)
      candidates.take(...page(ended.slice(from, from + 2), 'COMPLETED', true));
    expect(candidates.selected()).toHaveLength(Math.min(10_000, 1.1 * jobs));
    return (process.cpuUsage().user - beganAt) / 1000;
  };
  took(20_000);
  // Some 10 times as long; 100 times if it were quadratic.
  expect(took(100_000)).toBeLessThan(40 * Math.max(took(10_000), 20));
});
