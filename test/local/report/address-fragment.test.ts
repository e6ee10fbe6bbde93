import { differences, fragmentText, parseFragment, withChanges } from '../../../local/report/page/base/fragment.ts';

test('what is written into the address is read from it again, whatever is in it', () => {
  const values = new Map([
    ['export', 'fleets.123456789012.eu-west-1'],
    ['overdue.q', 'a b&c=d#e?f+g/ü%'],
  ]);
  expect(parseFragment(fragmentText({ anchor: 'overdue', values }))).toEqual({ anchor: 'overdue', values });
});

test('an address that a person reads', () => {
  const values = new Map([
    ['export', 'fleets.123456789012.eu-west-1'],
    ['theme', 'dark'],
  ]);
  expect(fragmentText({ anchor: 'overdue', values })).toBe('#overdue?export=fleets.123456789012.eu-west-1&theme=dark');
  expect(fragmentText({ anchor: '', values: new Map() })).toBe('#');
});

test('a plain anchor, none at all, and half an escape are no error', () => {
  expect(parseFragment('#counts')).toEqual({ anchor: 'counts', values: new Map() });
  expect(parseFragment('')).toEqual({ anchor: '', values: new Map() });
  expect(parseFragment('#%E0%A4?theme=%E0%A4').anchor).toBe('%E0%A4');
});

test('a value that becomes empty is removed, and differences are returned', () => {
  const before = new Map([
    ['a', '1'],
    ['b', '2'],
  ]);
  const after = withChanges(before, { b: '', c: '3', d: undefined });
  expect(after).toEqual(
    new Map([
      ['a', '1'],
      ['c', '3'],
    ]),
  );
  expect([...differences(before, after)].sort()).toEqual(['b', 'c']);
});
