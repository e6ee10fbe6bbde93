import { hasFailed, isSuspended, statusOf } from '../../../hub/core/stack-status.ts';
import type { StackInstance } from '../../../hub/ports.ts';

const instance = (status?: string, detailedStatus?: string): StackInstance => ({
  account: '111122223333',
  region: 'eu-west-1',
  ...(status && { status }),
  ...(detailedStatus && { detailedStatus }),
});

it.each([
  ['CURRENT', 'SUCCEEDED', false],
  ['CURRENT', undefined, false],
  ['OUTDATED', 'PENDING', false],
  ['OUTDATED', 'RUNNING', false],
  ['OUTDATED', 'SKIPPED_SUSPENDED_ACCOUNT', false],
  ['OUTDATED', 'FAILED', true],
  ['OUTDATED', 'CANCELLED', true],
  ['OUTDATED', 'FAILED_IMPORT', true],
  ['OUTDATED', undefined, true],
  ['INOPERABLE', 'INOPERABLE', true],
  ['INOPERABLE', undefined, true],
  [undefined, 'FAILED', true],
  [undefined, undefined, false],
])('of %s and %s says whether it failed: %s', (status, detailed, failed) => {
  expect(hasFailed(instance(status, detailed))).toBe(failed);
});

it('passes over suspended accounts, and gives the status that says most', () => {
  expect(isSuspended(instance('OUTDATED', 'SKIPPED_SUSPENDED_ACCOUNT'))).toBe(true);
  expect(isSuspended(instance('OUTDATED', 'FAILED'))).toBe(false);
  expect([statusOf(instance('OUTDATED', 'RUNNING')), statusOf(instance('CURRENT')), statusOf(instance())]).toEqual([
    'RUNNING',
    'CURRENT',
    null,
  ]);
});
