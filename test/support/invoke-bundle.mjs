/**
 * Runs a bundle as Lambda does: requires it and calls its handler. Arguments: the event, milliseconds left, and the bundle.
 */
import { createRequire } from 'node:module';

const [event, remainingMs, bundle] = process.argv.slice(2);
const endsAt = Date.now() + Number(remainingMs);
const context = {
  functionName: 'exporter',
  functionVersion: '$LATEST',
  memoryLimitInMB: '512',
  awsRequestId: 'request-1',
  invokedFunctionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:exporter',
  getRemainingTimeInMillis: () => endsAt - Date.now(),
};
const { handler } = createRequire(import.meta.url)(bundle);
try {
  const answer = await handler(JSON.parse(event), context);
  process.send?.({ answer });
} catch (error) {
  // What Lambda's runtime clients report of an error: its name, or its class's, and the lines of its stack.
  const { name, message, stack } = error;
  process.send?.({ error: { name, message, stack, className: error.constructor.name } });
}
// A pipe may hold lines yet.
process.stdout.write('', () => process.stderr.write('', () => process.exit()));
