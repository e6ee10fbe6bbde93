import { readFile } from 'node:fs/promises';

/** Every AWS SDK client, and those nested for its credential providers, describes its shapes in such files. */
const SCHEMAS = /@aws-sdk[/\\].*[/\\]dist-es[/\\].*schemas_\d+\.js$/;

/** A shape: `export var Name$ = [ … ];`, on one line or to a `];` at the beginning of one. */
const SHAPE = /^(export var \w+\$ = )(\[.*?\]);$/gms;

/**
 * Lets esbuild leave out the shapes of operations that are not called, two thirds of a client.
 *
 * A shape is a literal with computed keys, `{ [_name]: … }`. A computed key might run code, so esbuild keeps the literal
 * though nothing uses it. As the result of a call that is marked pure it goes.
 */
export const shakeSchemas = {
  name: 'shake-schemas',
  setup(build) {
    build.onLoad({ filter: SCHEMAS }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      return { contents: source.replace(SHAPE, '$1/* @__PURE__ */ (() => $2)();'), loader: 'js' };
    });
  },
};
