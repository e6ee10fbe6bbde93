/**
 * Writes what the stacks of this release keep, for upgrade.test.ts. Run it when a version is released, not before: the
 * next version is compared with it.
 *
 *     node test/lib/released/write.ts
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkConfig } from '../../../lib/config/index.ts';
import { placeStacks } from '../../../lib/place-stacks.ts';
import { dummyCode, newApp } from '../synth.ts';
import { CONFIGS, keptOf } from './upgrade-configs.ts';

for (const [name, config] of Object.entries(CONFIGS)) {
  const app = newApp();
  placeStacks(app, checkConfig(config), { code: dummyCode, healthCode: dummyCode });
  writeFileSync(join(import.meta.dirname, `${name}.json`), `${JSON.stringify(keptOf(app), null, 2)}\n`);
}
