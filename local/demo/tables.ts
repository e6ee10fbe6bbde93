import { readQueries, type SqlFile } from '../../sql/catalog.ts';

/** Saved queries whose answers are short enough to show after a demo, in this order. */
const SHOWN = ['counts-by-snapshot', 'changes-by-status', 'snapshot-health'];

/** What the demo asks of the history that it wrote. */
export const DEMO_QUERIES: readonly SqlFile[] = SHOWN.flatMap(
  (name) => readQueries().find((query) => query.name === name) ?? [],
);
