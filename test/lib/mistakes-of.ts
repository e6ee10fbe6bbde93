import { ConfigurationError, checkConfig } from '../../lib/config/index.ts';

/** The mistakes of a configuration, none for a good one. */
export function mistakesOf(config: unknown): readonly string[] {
  try {
    checkConfig(config);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.mistakes;
    throw error;
  }
  return [];
}
