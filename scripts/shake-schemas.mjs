import { readFile } from 'node:fs/promises';

/** Files with the shapes of an AWS SDK client, including the clients nested for credential providers. */
const SCHEMAS = /@aws-sdk[/\\].*[/\\]dist-es[/\\].*schemas_\d+\.js$/;
const OF_IOT = /@aws-sdk[/\\]client-iot[/\\]/;
/** Clients whose errors are distinguished only by name and status. */
const ERRORS_BY_NAME = /@aws-sdk[/\\]client-(iot|sfn|cloudformation|glue)[/\\]/;

/**
 * Registers a class for an error of a service; a client has some 30. For an error without a class the SDK uses the client's base
 * class, with the error's name.
 */
const ERROR_CLASS = /^n0_registry\.registerError\(.*\);$/gm;

/** A shape: `export var Name$ = [ … ];`, on one line, or up to a line that begins with `];`. */
const SHAPE = /^(export var \w+\$ = )(\[.*?\]);$/gms;

/** Operations of AWS IoT whose answer the SDK need not parse: the exporter parses the body itself, or uses only the status. */
const UNREAD = ['ListJobs', 'DescribeJob', 'DescribeThingGroup'];

/**
 * Lets esbuild remove the shapes of operations that are not called (two thirds of a client) and of answers that are not parsed,
 * and error classes.
 *
 * A shape is a literal with computed keys, `{ [_name]: … }`. A computed key might run code, so esbuild keeps an unused literal.
 * It removes the unused result of a call that is marked as pure.
 */
export const shakeSchemas = {
  name: 'shake-schemas',
  setup(build) {
    build.onLoad({ filter: SCHEMAS }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      const read = OF_IOT.test(path) ? UNREAD.reduce(withoutAnswer, source) : source;
      const named = ERRORS_BY_NAME.test(path) ? read.replace(ERROR_CLASS, '') : read;
      return { contents: named.replace(SHAPE, '$1/* @__PURE__ */ (() => $2)();'), loader: 'js' };
    });
  },
};

/** Replaces the shape of the answer in `export var ListJobs$ = [9, …, () => ListJobsRequest$, () => ListJobsResponse$ ];`. */
function withoutAnswer(source, operation) {
  const answer = `() => ${operation}Request$, () => ${operation}Response$\n];`;
  if (!source.includes(answer)) throw new Error(`The SDK describes ${operation} in another way`);
  return source.replace(answer, () => `() => ${operation}Request$, () => __Unit\n];`);
}
