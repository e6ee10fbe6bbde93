import { availableParallelism } from 'node:os';

export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  transform: {
    '^.+\\.(ts|mjs)$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2024' }, module: { type: 'commonjs' } },
    ],
  },
  setupFiles: ['<rootDir>/test/support/without-cdk-validation.mjs'],
  testTimeout: 60_000,
  // By default jest leaves a core idle, and many tests wait for a service that hangs.
  maxWorkers: availableParallelism() + 1,
};
