import { runScript } from './run-benchmark.ts';

test('a small run synthesizes one account and a bare app of as many stacks, and judges no goal', () => {
  const { status, stdout, stderr } = runScript('bench/synth.ts', ['--small']);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const lines = stdout.trimEnd().split('\n');
  expect(lines).toEqual([
    expect.stringMatching(/^4 stacks: 1 accounts × 3 Regions, \d+ resources each$/),
    expect.stringMatching(/^largest templates: IotJobsHistory \d+ kB, IotJobsExporter-200000000000-\S+ \d+ kB$/),
    expect.stringMatching(/^wall: \d+\.\d s, not judged, this is a small run$/),
    expect.stringMatching(/^CPU: (?!0\.0)\d+\.\d s$/),
    expect.stringMatching(/^bare app of as many stacks and resources: \d+\.\d s, CPU (?!0\.0)\d+\.\d s$/),
    expect.stringMatching(/^CPU against the bare app: \d+\.\d\d$/),
  ]);
});
