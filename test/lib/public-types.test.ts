import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const LIB = join(import.meta.dirname, '../../lib');
const read = (path: string) => readFileSync(join(LIB, path), 'utf8');
const ITEM = /export (?:type )?\{(?<names>[^}]*)\} from '(?<path>[^']+)'/g;

/** Names that a module re-exports, with their files. */
function reexportsOf(index: string): Map<string, string> {
  return new Map(
    [...read(index).matchAll(ITEM)].flatMap(({ groups: { names = '', path = '' } = {} }) =>
      names
        .split(',')
        .map((name) => name.trim().replace(/^type /, ''))
        .filter(Boolean)
        .map((name) => [name, path] as const),
    ),
  );
}

const exported = reexportsOf('index.ts');
const known = new Set([...exported.keys(), ...reexportsOf('config/index.ts').keys()]);
/** Public methods and constructors, up to the end of their parameters. */
const SIGNATURES = /^ {2}(?!private |#)(?:static |override )*\w+\((?<parameters>[^)]*)\)/gm;

test('whoever calls a method of an exported class can name the types of its parameters', () => {
  const files = new Map(
    [...exported].filter(([, path]) => path.startsWith('./')).map(([, path]) => [path, read(path)]),
  );
  const named = [...files].flatMap(([path, text]) =>
    [...text.matchAll(SIGNATURES)].flatMap(({ groups }) =>
      [...`${groups?.parameters}`.matchAll(/: (\w+(?:Options|Props|Attributes))\b(?!\.)/g)].map(
        ([, type = '']) => `${path} ${type}`,
      ),
    ),
  );
  expect(named.length).toBeGreaterThan(10);
  // Classes that are exported as types: only an exporter and a stack of a history create them.
  expect(named.filter((one) => !known.has(one.split(' ')[1] ?? ''))).toEqual(['./exporter/long-runs.ts LongRunsProps']);
});
