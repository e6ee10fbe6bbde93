import { readFile } from 'node:fs/promises';

const SDK = /(@aws-sdk|@smithy)[/\\].*[/\\]dist-es[/\\].*\.js$/;
const DYNAMIC_IMPORT = /\bimport\(("[^"]+")\)/g;

/**
 * Replaces the SDK's dynamic imports, such as those of credential providers, with static ones.
 *
 * In a bundle of one file a dynamic import saves nothing. But esbuild wraps each module that it reaches, nearly all, in a
 * function, which V8 parses twice on a cold start, and whose unused exports stay in the bundle.
 */
export const staticImports = {
  name: 'static-imports',
  setup(build) {
    build.onLoad({ filter: SDK }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      const imports = [];
      const body = source.replace(DYNAMIC_IMPORT, (_import, module) => {
        const name = `__static${imports.length}`;
        imports.push(`import * as ${name} from ${module};\n`);
        return `Promise.resolve(${name})`;
      });
      return imports.length === 0 ? undefined : { contents: imports.join('') + body, loader: 'js' };
    });
  },
};
