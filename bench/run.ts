/**
 * `npm run bench`: each figure as a ratio to something run beside it, against a service in a process of its own.
 * Needs nothing but Node; with a Python that has boto3 (`BENCH_PYTHON`, or python3) it adds the boto3 script.
 */
import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus } from 'node:os';
import { bundleFigures } from './bundle-figures.ts';
import { cpuAgainst, type Figure, growth, memory, wallAtRateLimit } from './figures.ts';

/** What the stack gives the function unless told otherwise. */
const MEMORY_MB = 512;

const contender = (file: string) => `${import.meta.dirname}/contenders/${file}`;
const rivals = [
  { name: 'paginateListJobs of the SDK', command: [process.execPath, contender('paginate.mjs')], goal: 0.75 },
  { name: 'raw HTTP and JSON.parse, the floor', command: [process.execPath, contender('floor.mjs')], goal: 1.6 },
];

const python = process.env.BENCH_PYTHON ?? 'python3';
if (hasBoto3()) {
  rivals.unshift({ name: 'a boto3 paginator script', command: [python, contender('boto3_paginator.py')], goal: 0.25 });
} else {
  console.error(
    `${python} has no boto3: without the boto3 script. To add it, set BENCH_PYTHON to a Python that has.\n`,
  );
}

console.log(`Node ${process.version}, ${availableParallelism()} × ${cpus()[0]?.model.trim()}\n`);
console.log('| figure | against | measured | goal | |\n|---|---|---|---|---|');
let isMissed = false;
for (const measure of [bundleFigures, () => cpuAgainst(rivals), growth, wallAtRateLimit, () => memory(MEMORY_MB)]) {
  for (const figure of [await measure()].flat()) print(figure);
}
if (isMissed) process.exitCode = 1;

function print({ name, against, value, goal, unit, detail }: Figure): void {
  const text = (figure: number) => `${unit ? Math.round(figure) : Number(figure.toFixed(3))}${unit}`;
  const verdict = value <= goal ? '' : ' **missed**';
  isMissed ||= value > goal;
  console.log(`| ${name} | ${against} | ${text(value)}${verdict} | ≤ ${text(goal)} | ${detail} |`);
}

function hasBoto3(): boolean {
  try {
    execFileSync(python, ['-c', 'import boto3'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
