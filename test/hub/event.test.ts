import { parseHealthEvent } from '../../hub/event.ts';

const EVENT = {
  exports: [{ name: 'all', schedule: 'cron(0 * * * ? *)', timeZone: 'Europe/Berlin', maxRunMinutes: 60 }],
  missedPeriods: 2,
  organization: { stackSetName: 'exporters', callAs: 'SELF' },
  targets: [
    { account: '111122223333', regions: ['eu-west-1', 'us-gov-west-1'] },
    {
      ...{ account: '222222222222', regions: ['eu-west-1'] },
      exports: [{ name: 'own', schedule: 'rate(1 day)', missedPeriods: 5 }],
    },
  ],
};

it('takes an event as it is', () => {
  expect(parseHealthEvent(EVENT)).toEqual(EVENT);
  expect(parseHealthEvent({ exports: [], missedPeriods: 1 })).toEqual({ exports: [], missedPeriods: 1 });
  const byId = {
    ...EVENT,
    organization: { stackSetName: 'exporters:1d6f2a9e-0c1b-4f6e-8a59-2f6f3c1f7a10', callAs: 'DELEGATED_ADMIN' },
  };
  expect(parseHealthEvent(byId)).toEqual(byId);
});

it.each([
  ['nothing', undefined, 'must be an object; got nothing'],
  ['a list', [], 'exports must be there'],
  [
    'an unknown field',
    { ...EVENT, extra: 1 },
    'extra is not a field of the event; the fields are exports, missedPeriods',
  ],
  ['no number of runs', { exports: [] }, 'missedPeriods must be there'],
  ['none that may fail', { ...EVENT, missedPeriods: 0 }, 'missedPeriods must be a whole number from 1 to 1440; got 0'],
  [
    'a schedule that AWS would not take',
    { ...EVENT, exports: [{ name: 'all', schedule: 'rate(1 minutes)' }] },
    'exports.0.schedule must be',
  ],
  [
    'runs of an export that may fail',
    { ...EVENT, exports: [{ name: 'all', schedule: 'rate(1 day)', missedPeriods: 0 }] },
    'exports.0.missedPeriods must be a whole number from 1 to 1440; got 0',
  ],
  [
    'a time zone',
    { ...EVENT, exports: [{ name: 'all', schedule: 'rate(1 day)', timeZone: 'Mars' }] },
    'exports.0.timeZone must be',
  ],
  [
    'an account',
    { ...EVENT, targets: [{ account: '1', regions: [] }] },
    'targets.0.account must be an account, 12 digits; got "1"',
  ],
  [
    'a Region',
    { ...EVENT, targets: [{ account: '111122223333', regions: ['EU'] }] },
    'targets.0.regions.0 must be a Region',
  ],
  [
    'who asks',
    { ...EVENT, organization: { stackSetName: 'x', callAs: 'ME' } },
    'organization.callAs must be one of SELF, DELEGATED_ADMIN',
  ],
])('refuses %s', (_, event, message) => {
  expect(() => parseHealthEvent(event)).toThrow(message);
});
