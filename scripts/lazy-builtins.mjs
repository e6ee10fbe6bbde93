import { builtinModules } from 'node:module';

const BUILTINS = new Set(builtinModules.flatMap((name) => [name, `node:${name}`]));

/**
 * Takes Node's own modules by `process.getBuiltinModule` instead of an import.
 *
 * An import asks every export for its value, whether it is used or not: with that of `node:http`'s `WebSocket` Node loads
 * undici, with that of `node:fs`'s `promises` and `ReadStream` more of the like, a quarter of a cold start.
 */
export const lazyBuiltins = {
  name: 'lazy-builtins',
  setup(build) {
    build.onResolve({ filter: /^[a-z]/ }, ({ path, kind }) =>
      BUILTINS.has(path) && kind === 'import-statement' ? { path, namespace: 'builtin' } : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule(${JSON.stringify(path)});`,
    }));
  },
};
