const { PATH, NODE_COMPILE_CACHE } = process.env;

/** Environment variables that a process of a test needs: none of AWS or the CDK CLI. */
export const MINIMAL_ENVIRONMENT: NodeJS.ProcessEnv = { PATH, ...(NODE_COMPILE_CACHE && { NODE_COMPILE_CACHE }) };
