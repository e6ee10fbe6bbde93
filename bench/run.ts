/**
 * `npm run bench [-- --small]`: measures the exporter against rivals and goals, with a service in its own process. Needs only
 * Node; with a Python that has boto3 (`BENCH_PYTHON`, or python3) it adds the boto3 script.
 */
import { existsSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { Command } from 'commander';
import { bundleFigures, SHIPPED } from './bundle-figures.ts';
import {
  cpuAgainst,
  describing,
  growth,
  memory,
  predecessorCost,
  severalInvocations,
  wallAtRateLimit,
} from './figures.ts';
import { SMALL_OPTION } from './options.ts';
import { rivals } from './rivals.ts';
import { FULL, SMALL } from './scale.ts';
import { type Figure, summaryOf, TABLE_HEAD, tableLine, verdictOf } from './table.ts';

/** Default memory of the stack's function. */
const MEMORY_MB = 512;

const { small: isSmall = false } = new Command('npm run bench --')
  .option(...SMALL_OPTION)
  .parse()
  .opts<{ small?: boolean }>();
if (!existsSync(SHIPPED)) {
  console.error(`There is no ${SHIPPED}: run npm run build first`);
  process.exit(2);
}

const scale = isSmall ? SMALL : FULL;
const measures: readonly (() => Promise<Figure | Figure[]>)[] = [
  () => bundleFigures(scale),
  () => cpuAgainst(rivals(process.env.BENCH_PYTHON || 'python3'), scale),
  () => growth(scale),
  () => wallAtRateLimit(scale),
  () => memory(MEMORY_MB, scale),
  () => predecessorCost(MEMORY_MB, scale),
  () => severalInvocations(MEMORY_MB, scale),
  () => describing(scale),
];
console.log(`Node ${process.version}, ${availableParallelism()} × ${cpus()[0]?.model.trim()}\n`);
console.log(TABLE_HEAD);
const figures: Figure[] = [];
for (const measure of measures) {
  const measured = [await measure()].flat();
  for (const figure of measured) console.log(tableLine(figure, isSmall));
  figures.push(...measured);
}
console.log(`\n${summaryOf(figures, isSmall)}`);
if (!isSmall && figures.some((figure) => verdictOf(figure) === 'missed')) process.exitCode = 1;
