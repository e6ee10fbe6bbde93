import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** In the root of the history; no table reads it. */
const FILE = 'demo-clock.json';
const HOUR_MS = 3_600_000;

/**
 * Saves the offset of the demo clock to the computer's clock: each run but the first adds a day, whenever it is run. The
 * demo clock may be up to an hour behind without an offset, since the newest snapshots are then still current.
 */
export async function saveClockOffset(directory: string, demoNow: number): Promise<number> {
  const offset = Math.round(demoNow - Date.now());
  const offsetMs = offset < -HOUR_MS || offset > 0 ? offset : 0;
  await writeFile(join(directory, FILE), `${JSON.stringify({ offsetMs })}\n`);
  return offsetMs;
}

/** The saved offset, milliseconds; 0 if the history is not of a demo. */
export async function readClockOffset(directory: string): Promise<number> {
  try {
    const { offsetMs } = JSON.parse(await readFile(join(directory, FILE), 'utf8'));
    return Number.isSafeInteger(offsetMs) ? offsetMs : 0;
  } catch {
    return 0;
  }
}
