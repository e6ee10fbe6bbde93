import { globSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const root = join(import.meta.dirname, '../..');
const files = globSync('{bin,hub,lambda,lib,schedule,sql}/**/*.ts', { cwd: root }).map((file) => join(root, file));
const IMPORT = /^(?:import|export)[^;]*?from '(\.[^']+)'/gms;
const imports = new Map(
  files.map((file) => [
    file,
    [...readFileSync(file, 'utf8').matchAll(IMPORT)].map(([, path = '']) => resolve(dirname(file), path)),
  ]),
);

/** Circles that can be reached from a module, each as the path around it. */
function circles(file: string, above: readonly string[], done: Set<string>): string[] {
  const at = above.indexOf(file);
  if (at >= 0) return [[...above.slice(at), file].map((path) => path.slice(root.length + 1)).join(' > ')];
  if (done.has(file)) return [];
  const found = (imports.get(file) ?? []).flatMap((next) => circles(next, [...above, file], done));
  done.add(file);
  return found;
}

test('no modules import each other in a circle, not even types alone', () => {
  expect(files.length).toBeGreaterThan(100);
  expect([...imports.values()].flat().length).toBeGreaterThan(files.length);
  const done = new Set<string>();
  expect(files.flatMap((file) => circles(file, [], done))).toEqual([]);
});
