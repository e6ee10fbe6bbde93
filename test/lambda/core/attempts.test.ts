import { attemptKey } from '../../../lambda/contract/keys.ts';
import { unlessSuperseded } from '../../../lambda/core/attempts.ts';
import type { LongRun } from '../../../lambda/core/long-run.ts';
import { StoreUnavailableError } from '../../../lambda/errors.ts';
import { REQUEST } from '../../support/export-run.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { MemoryStore } from '../../support/memory-store.ts';

const RUN = { run: '0123456789abcdef', invocation: 3, attempt: 4 } as LongRun;
const NEXT = attemptKey({ ...REQUEST, run: RUN.run }, 5);

/** Work that lasts until it is ended, watched, minute by minute. */
function watched(store = new MemoryStore(), run = RUN) {
  const clock = new FakeClock('2026-11-23T18:00:00Z');
  let end: (value: string) => void = () => {};
  const work = new Promise<string>((resolve) => {
    end = resolve;
  });
  const result = unlessSuperseded(work, run, REQUEST, { store, clock }, new AbortController().signal);
  result.catch(() => {});
  const minutes = async (count: number) => {
    for (let n = 0; n < count; n++) {
      clock.advance(60_000);
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return { store, result, minutes, end: () => end('done') };
}

describe('what is done as long as no other attempt begins', () => {
  it('is left within a minute after one has begun', async () => {
    const { store, result, minutes } = watched();
    await minutes(3);
    store.objects.set(NEXT, Buffer.from('{}'));
    await minutes(1);
    await expect(result).rejects.toMatchObject({ name: 'SupersededError' });
  });

  it('gives what it gives where none begins, and nothing is looked for any more', async () => {
    const { store, result, minutes, end } = watched();
    const reads = jest.spyOn(store, 'readText');
    await minutes(2);
    end();
    await expect(result).resolves.toBe('done');
    await minutes(2);
    expect(reads).toHaveBeenCalledTimes(2);
  });

  it('goes on where the store does not say', async () => {
    const { store, result, minutes, end } = watched();
    jest.spyOn(store, 'readText').mockRejectedValue(new StoreUnavailableError('no answer'));
    await minutes(2);
    end();
    await expect(result).resolves.toBe('done');
  });
});
