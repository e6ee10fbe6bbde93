/**
 * Runs a bundle as Lambda does: requires it once, and calls its handler for each message. Argument: the bundle. A message has
 * the event, milliseconds left, and variables of the environment that differ from those of the message before.
 */
import { createRequire } from 'node:module';

/** Ends the lines of an invocation, on both streams. */
const END = '\u0004';

const { handler } = createRequire(import.meta.url)(process.argv[2]);

process.on('message', async ({ event, remainingMs, variables }) => {
  Object.assign(process.env, variables);
  const endsAt = Date.now() + remainingMs;
  const context = {
    functionName: 'exporter',
    functionVersion: '$LATEST',
    memoryLimitInMB: '512',
    awsRequestId: 'request-1',
    invokedFunctionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:exporter',
    getRemainingTimeInMillis: () => endsAt - Date.now(),
  };
  try {
    const answer = await handler(event, context);
    process.send({ answer });
  } catch (error) {
    // What Lambda's runtime clients report of an error: its name, or its class's, and the lines of its stack.
    const { name, message, stack } = error;
    process.send({ error: { name, message, stack, className: error.constructor.name } });
  }
  process.stdout.write(END);
  process.stderr.write(END);
});
process.on('disconnect', () => process.exit());
