import fc from 'fast-check';
import { timestamp } from '../../../lambda/core/timestamp.ts';

it('is the ISO text of the instant without T and Z, whatever the year', () => {
  const instant = fc.integer({ min: Date.parse('0000-01-01T00:00:00Z'), max: Date.parse('9999-12-31T23:59:59.999Z') });
  fc.assert(
    fc.property(instant, (ms) => {
      expect(timestamp(ms)).toBe(new Date(ms).toISOString().replace('T', ' ').slice(0, 23));
    }),
    { numRuns: 6000 },
  );
});
