import { readFile } from 'node:fs/promises';

const SDK = /(@aws-sdk|@smithy)[/\\].*[/\\]dist-es[/\\].*\.js$/;
const DYNAMIC_IMPORT = /\bimport\(("[^"]+")\)/g;

/**
 * Has the SDK import at once what it imports on demand, as the credential providers beside the one in use.
 *
 * In a bundle of one file nothing is loaded later for it. But esbuild wraps each module that such an import reaches, nearly
 * all, in a function, which V8 parses twice on a cold start, and whose unused exports stay.
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
