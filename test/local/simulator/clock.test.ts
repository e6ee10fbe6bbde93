import { SimulatedClock } from '../../../local/simulator/clock.ts';

test('the clock runs at its scale, also for who sleeps', async () => {
  const clock = new SimulatedClock(1000, 100);
  const before = performance.now();
  await clock.sleep(2000);
  const realMs = performance.now() - before;
  expect(clock.now()).toBeGreaterThanOrEqual(3000);
  expect(realMs).toBeGreaterThanOrEqual(19);
  expect(realMs).toBeLessThan(1000);
});

test('who sleeps wakes when the clock is put past that time, and not before', async () => {
  const clock = new SimulatedClock(0);
  let isAwake = false;
  const sleeping = clock.sleep(3_600_000).then(() => {
    isAwake = true;
  });
  clock.skipTo(3_500_000);
  await new Promise(setImmediate);
  expect(isAwake).toBe(false);
  clock.skipTo(3_600_000);
  await sleeping;
});

test('the clock never goes back', () => {
  const clock = new SimulatedClock(5000);
  clock.skipTo(4000);
  expect(clock.now()).toBeGreaterThanOrEqual(5000);
});

test("a sleep ends with the signal's reason, before and while it lasts", async () => {
  const clock = new SimulatedClock(0);
  const reason = new Error('enough');
  await expect(clock.sleep(1000, AbortSignal.abort(reason))).rejects.toBe(reason);
  const controller = new AbortController();
  const sleeping = clock.sleep(3_600_000, controller.signal);
  controller.abort(reason);
  await expect(sleeping).rejects.toBe(reason);
});
