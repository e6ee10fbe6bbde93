/**
 * Takes node:http by `process.getBuiltinModule` instead of an import.
 *
 * An import asks every export for its value, and with that of `WebSocket` Node loads undici, which nothing here uses:
 * about 15 ms of a cold start.
 */
export const lazyHttp = {
  name: 'lazy-http',
  setup(build) {
    build.onResolve({ filter: /^node:http$/ }, ({ path }) => ({ path, namespace: 'builtin' }));
    build.onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule(${JSON.stringify(path)});`,
    }));
  },
};
