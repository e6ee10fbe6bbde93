import { builtinModules } from 'node:module';

const BUILTINS = new Set(builtinModules.flatMap((name) => [name, `node:${name}`]));

/**
 * Replaces imports of Node's own modules with `process.getBuiltinModule`.
 *
 * An import reads the value of every export, used or not. Reading `WebSocket` of `node:http` loads undici, and reading `promises`
 * and `ReadStream` of `node:fs` loads other modules: together a quarter of a cold start.
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
