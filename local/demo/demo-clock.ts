import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Beside the history: no folder of the data contract has it. */
const FILE = 'demo-clock.json';
const HOUR_MS = 3_600_000;

/**
 * Keeps how far the clock of a demo is ahead of the computer's: each run but the first adds a day, whenever it is run. Of an
 * hour behind the newest snapshots are those of now.
 */
export async function keepClock(directory: string, demoNow: number): Promise<number> {
  const offset = Math.round(demoNow - Date.now());
  const offsetMs = offset < -HOUR_MS || offset > 0 ? offset : 0;
  await writeFile(join(directory, FILE), `${JSON.stringify({ offsetMs })}\n`);
  return offsetMs;
}

/** 0 of a history that is no demo's. */
export async function clockOffset(directory: string): Promise<number> {
  try {
    const { offsetMs } = JSON.parse(await readFile(join(directory, FILE), 'utf8'));
    return Number.isSafeInteger(offsetMs) ? offsetMs : 0;
  } catch {
    return 0;
  }
}
