import { CHARTS } from './charts.ts';
import type { Check } from './check.ts';
import { HEAD } from './head.ts';
import { LOOKS } from './layout.ts';
import { NUMBERS } from './numbers.ts';
import { PAGE } from './page.ts';
import { PRINT } from './print.ts';
import { ROLLOUTS } from './rollouts.ts';
import { TABLES } from './tables.ts';
import { WATCH } from './watch.ts';

export const CHECKS: readonly Check[] = [
  ...LOOKS,
  ...HEAD,
  ...NUMBERS,
  ...TABLES,
  ...CHARTS,
  ...ROLLOUTS,
  ...PAGE,
  ...PRINT,
  ...WATCH,
];
