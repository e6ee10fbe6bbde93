/**
 * The file that exports `handler`, by the folder of its bundle below dist. Each is bundled, packed, and named with its
 * licences.
 */
export const BUNDLES = {
  lambda: 'lambda/handler.ts',
  hub: 'hub/handler.ts',
};
