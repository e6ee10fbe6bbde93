import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
const FILES = ['README.md', ...globSync('docs/**/*.md', { cwd: ROOT })];
const linesOf = (file: string) => readFileSync(join(ROOT, file), 'utf8').split('\n');

test.each(FILES)('in %s code blocks begin and end on lines of their own', (file) => {
  const fences = linesOf(file).filter((line) => line.includes('```'));
  expect(fences.filter((line) => !/^ *```[a-z]*$/.test(line))).toEqual([]);
  expect(fences.length % 2).toBe(0);
});

test.each(FILES)('in %s each table has a head, and no row is apart from its table', (file) => {
  const lines = linesOf(file).filter(outsideCode());
  const heads = lines.filter((line, i) => line.startsWith('|') && !lines[i - 1]?.startsWith('|'));
  expect(heads.filter((head) => !/^\|( *:?-+:? *\|)+$/.test(lines[lines.indexOf(head) + 1] ?? ''))).toEqual([]);
});

function outsideCode(): (line: string) => boolean {
  let isCode = false;
  return (line) => {
    if (/^ *```/.test(line)) isCode = !isCode;
    return !isCode;
  };
}
