import fc from 'fast-check';
import { ConfigurationError, checkConfig } from '../../lib/config/index.ts';

const VALID = {
  exports: [{ name: 'all', schedule: 'cron(0 * * * ? *)', statuses: ['IN_PROGRESS'], thingGroups: ['eu'] }],
  callsPerSecond: 5,
  historyStart: '2026-01-01',
};

/** Schedules that are nearly right, which is what people write. */
const schedule = fc.oneof(
  fc.string(),
  fc
    .array(fc.constantFrom('*', '?', '0', '5', '*/7', '1-5', 'L', '5#2', 'MON', '15W', '99', '-1'), {
      minLength: 4,
      maxLength: 7,
    })
    .map((fields) => `cron(${fields.join(' ')})`),
  fc
    .tuple(fc.integer({ min: -1, max: 90 }), fc.constantFrom('minute', 'minutes', 'hour', 'days', 'weeks'))
    .map(([n, unit]) => `rate(${n} ${unit})`),
);
const value = fc.oneof(
  { weight: 3, arbitrary: fc.anything({ maxDepth: 2 }) },
  schedule,
  fc.constantFrom([], '', null, 'all', ['SCHEDULED'], -1, 1e9),
);
const fields = [
  'name',
  'schedule',
  'timeZone',
  'statuses',
  'thingGroups',
  'thingGroupIds',
  'targetSelection',
  'namespaceId',
  'nam',
];
const anExport = fc
  .record(Object.fromEntries(fields.map((key) => [key, value])), { requiredKeys: [] })
  .map((change) => ({ ...VALID.exports[0], ...change }));

const config = fc.oneof(
  fc.anything(),
  fc.array(anExport, { maxLength: 4 }).map((exports) => ({ ...VALID, exports })),
  fc
    .record(
      { exports: value, callsPerSecond: value, historyStart: value, logLevel: value, memorySize: value, colour: value },
      { requiredKeys: [] },
    )
    .map((change) => ({ ...VALID, ...change })),
  schedule.map((text) => ({ ...VALID, exports: [{ ...VALID.exports[0], schedule: text }] })),
);

test('whatever is configured is taken, or refused with a line per mistake, and never fails in another way', () => {
  fc.assert(
    fc.property(config, (anything) => {
      try {
        expect(checkConfig(anything).exports.length).toBeGreaterThan(0);
      } catch (error) {
        expect(error).toBeInstanceOf(ConfigurationError);
        const { mistakes, message } = error as ConfigurationError;
        expect(mistakes.length).toBeGreaterThan(0);
        for (const mistake of mistakes) expect(message).toContain(mistake);
      }
    }),
    { numRuns: 600 },
  );
});
