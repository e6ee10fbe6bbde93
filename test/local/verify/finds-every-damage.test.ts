import { recordKey } from '../../../lambda/contract/keys.ts';
import { type Finding, verify } from '../../../local/verify/verify.ts';
import { DAMAGES } from '../../support/history-damage.ts';
import { FIRST, HOUR, type WrittenHistory, writeLinkedHistory } from '../../support/linked-history.ts';
import { memoryArchive } from '../../support/memory-archive.ts';
import { Random } from '../../support/random.ts';

/** Times that each damage is done where it leaves a trace, each time another way. */
const TIMES = 3;
const LATER = FIRST + 96 * HOUR;

let history: WrittenHistory;
beforeAll(async () => {
  const step = {
    export: 0 as const,
    hour: null,
    filters: 0,
    kill: null,
    passedBy: null,
    isBlind: false,
    isOlder: false,
  };
  const all = { targetSelection: undefined, namespaceId: undefined, schedule: undefined, details: undefined };
  const statuses = ['SCHEDULED', 'IN_PROGRESS', 'COMPLETED', 'CANCELED', 'DELETION_IN_PROGRESS'] as const;
  history = await writeLinkedHistory({
    steps: Array.from({ length: 6 }, (_, i) => ({ ...step, lived: 5 * (i + 1), details: i === 0 ? 'none' : 'some' })),
    filters: [{ ...all, statuses: [...statuses], thingGroups: ['eu', 'us'], thingGroupIds: ['us'] }],
    oddities: 0,
    seed: 4,
  });
});

it('has nothing wrong with it, and changes of every kind, and details', async () => {
  const found = await findingsIn(new Map(history.puts));
  expect(found.flatMap(({ problems }) => problems)).toEqual([]);
  expect(found.map(({ detailCount }) => (detailCount ?? 0) > 0).filter(Boolean)).toHaveLength(5);
  expect(found.map(({ changeCount }) => (changeCount ?? 0) > 2).filter(Boolean)).toHaveLength(5);
});

it.each(Object.keys(DAMAGES))('%s is found, wherever it is', async (name) => {
  const damage = DAMAGES[name] as (typeof DAMAGES)[string];
  let times = 0;
  for (let n = 0; n < 100 && times < TIMES; n++) {
    const random = new Random(n);
    const objects = new Map(history.puts);
    const identity = random.pick(history.requests);
    const expected = damage({ identity, objects, random });
    if (expected.length === 0) continue;
    times += 1;
    const named = new Set((await findingsIn(objects)).flatMap(({ problems }) => problems.map(({ key }) => key)));
    for (const keys of expected) {
      const isNamed = keys.some((key) => named.has(key));
      expect({ snapshot: recordKey(identity), n, keys, isNamed }).toMatchObject({ isNamed: true });
    }
  }
  expect(times).toBe(TIMES);
});

async function findingsIn(objects: ReadonlyMap<string, Uint8Array>): Promise<Finding[]> {
  const stored = new Map([...objects].map(([key, body]) => [key, { body, modifiedAt: FIRST }]));
  const archive = memoryArchive({ objects: stored, pageSize: 100, chunkBytes: 2 ** 16 });
  return await Array.fromAsync(verify(archive, {}, { now: () => LATER }));
}
