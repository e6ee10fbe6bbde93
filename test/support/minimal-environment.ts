const { PATH, NODE_COMPILE_CACHE } = process.env;

/** Of the environment what a process needs that a test starts: no setting of AWS or the CDK CLI. */
export const MINIMAL_ENVIRONMENT: NodeJS.ProcessEnv = { PATH, ...(NODE_COMPILE_CACHE && { NODE_COMPILE_CACHE }) };
