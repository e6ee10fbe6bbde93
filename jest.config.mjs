import { availableParallelism } from 'node:os';
import { join } from 'node:path';

// The commands, scripts and bundles that tests start are compiled once, not by each process.
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, 'node_modules/.cache/compiled');

// All folders with code, not test/ alone: --onlyChanged and --findRelatedTests ignore changes outside of the roots.
const FOLDERS = ['bench', 'bin', 'examples', 'hub', 'lambda', 'lib', 'local', 'schedule', 'scripts', 'sql', 'test'];

export default {
  testEnvironment: 'node',
  roots: FOLDERS.map((folder) => `<rootDir>/${folder}`),
  testMatch: ['**/*.test.ts'],
  transform: {
    '^.+\\.(ts|mjs)$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2024' }, module: { type: 'commonjs' } },
    ],
  },
  setupFiles: ['<rootDir>/test/support/without-cdk-validation.mjs'],
  // Globals that loops call: jest's sandbox looks each one up anew otherwise, which takes a tenth of the time of all tests.
  sandboxInjectedGlobals: ['Array', 'Map', 'Math', 'Number', 'Object', 'Set', 'String', 'Uint8Array'],
  testTimeout: 60_000,
  // By default jest leaves a core idle, and many tests wait for a service that hangs.
  maxWorkers: availableParallelism() + 1,
};
