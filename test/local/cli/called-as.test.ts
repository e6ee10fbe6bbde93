import { commandName, commandStart } from '../../../local/cli/called-as.ts';

const CLONE = '/home/me/iot-jobs-exporter/local/cli/called-as.ts';
const INSTALLED = '/home/me/fleet/node_modules/iot-jobs-exporter-cli/dist/main.js';
const CACHED = '/home/me/.npm/_npx/0123456789abcdef/node_modules/iot-jobs-exporter-cli/dist/main.js';

test.each([
  [CLONE, ['npm run verify', 'npm run verify --', 'npm start', 'npm start --']],
  [INSTALLED, Array.from(['verify', 'verify', 'demo', 'demo'], (name) => `npx iot-jobs-exporter ${name}`)],
  [CACHED, Array.from(['verify', 'verify', 'demo', 'demo'], (name) => `npx iot-jobs-exporter-cli ${name}`)],
])('a command is called as it is where it runs: %s', (file, expected) => {
  expect((['verify', 'demo'] as const).flatMap((name) => [commandName(name, file), commandStart(name, file)])).toEqual(
    expected,
  );
});

test('a clone is what the tests run in', () => {
  expect(commandStart('export')).toBe('npm run export --');
});
