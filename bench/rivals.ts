import { spawnSync } from 'node:child_process';
import type { Contender } from './run-contender.ts';

/** A program whose CPU is compared with the exporter's. */
export interface Rival extends Contender {
  /** Maximum ratio of the exporter's CPU to the rival's. */
  readonly goal: number;
  /** Why it cannot run on this machine; `undefined` when it can. */
  readonly unavailable?: string | undefined;
}

const contender = (file: string) => `${import.meta.dirname}/contenders/${file}`;

/** @param python the program that runs the boto3 script */
export function rivals(python: string): Rival[] {
  return [
    {
      name: 'a boto3 paginator script',
      command: [python, contender('boto3_paginator.py')],
      goal: 0.25,
      unavailable: whyNoBoto3(python),
    },
    { name: 'paginateListJobs of the SDK', command: [process.execPath, contender('paginate.mjs')], goal: 0.75 },
    { name: 'raw HTTP and JSON.parse, the floor', command: [process.execPath, contender('floor.mjs')], goal: 1.6 },
  ];
}

/** Why `python` cannot run the boto3 script; `undefined` when it can. */
export function whyNoBoto3(python: string): string | undefined {
  const { error, status, stderr } = spawnSync(python, ['-c', 'import boto3'], { encoding: 'utf8' });
  const reason = error?.message ?? stderr.trim().split('\n').at(-1);
  if (status === 0) return undefined;
  return `${python} cannot import boto3 (${reason}): set BENCH_PYTHON to a Python that has it`;
}
