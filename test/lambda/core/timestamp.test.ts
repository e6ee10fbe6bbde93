import fc from 'fast-check';
import { epochMs, timestamp } from '../../../lambda/core/timestamp.ts';

const instant = fc.integer({ min: Date.parse('0000-01-01T00:00:00Z'), max: Date.parse('9999-12-31T23:59:59.999Z') });

it('is the ISO text of the instant without T and Z, whatever the year', () => {
  fc.assert(
    fc.property(instant, (ms) => {
      expect(timestamp(ms)).toBe(new Date(ms).toISOString().replace('T', ' ').slice(0, 23));
    }),
    { numRuns: 6000 },
  );
});

it('is read back as the instant, whatever the year', () => {
  const early = fc.integer({ min: Date.parse('0000-01-01T00:00:00Z'), max: Date.parse('0100-12-31T00:00:00Z') });
  fc.assert(
    fc.property(fc.oneof(instant, early), (ms) => {
      expect(epochMs(timestamp(ms))).toBe(ms);
    }),
    { numRuns: 6000 },
  );
});

it.each(['', '2026-11-23', '2026-11-23T18:00:00.000Z', '2026-11-23 18:00:00.00x', 'yyyy-MM-dd HH:mm:ss.SSS'])(
  'is no time where the text is %j',
  (text) => {
    expect(epochMs(text)).toBeNaN();
  },
);
