import { readFileSync, writeFileSync } from 'node:fs';
import type { Report } from '../../local/report/model.ts';

/** A report that a test changes after it was written, for shapes that no written history has. */
export type Changeable<T> = T extends readonly (infer E)[]
  ? Changeable<E>[]
  : T extends object
    ? { -readonly [K in keyof T]: Changeable<T[K]> }
    : T;

const DATA = /(?<=<script type="application\/json" id="data">).*?(?=<\/script>)/s;

/** Writes a copy of a page with changed data next to it. @returns its path */
export function writeChanged(file: string, name: string, change: (report: Changeable<Report>) => void): string {
  const html = readFileSync(file, 'utf8');
  const report = JSON.parse(DATA.exec(html)?.[0] ?? '') as Changeable<Report>;
  change(report);
  const changed = file.replace(/\.html$/, `-${name}.html`);
  writeFileSync(
    changed,
    html.replace(DATA, () => JSON.stringify(report).replaceAll('<', '\\u003c')),
  );
  return changed;
}
