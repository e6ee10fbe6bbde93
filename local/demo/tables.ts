import { readQueries, type SqlFile } from '../../sql/catalog.ts';

/** Saved queries whose answers are short enough to show after a demo. */
const SHOWN = ['jobs-now', 'changes-by-status', 'snapshot-health'];

/** What the demo asks of the history that it wrote. */
export const DEMO_QUERIES: readonly SqlFile[] = readQueries().filter(({ name }) => SHOWN.includes(name));
