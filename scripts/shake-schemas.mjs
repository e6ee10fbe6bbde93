import { readFile } from 'node:fs/promises';

/** Every AWS SDK client, and those nested for its credential providers, describes its shapes in such files. */
const SCHEMAS = /@aws-sdk[/\\].*[/\\]dist-es[/\\].*schemas_\d+\.js$/;
const OF_IOT = /@aws-sdk[/\\]client-iot[/\\]/;
/** Clients whose errors are told by name and status alone. */
const ERRORS_BY_NAME = /@aws-sdk[/\\]client-(iot|sfn|cloudformation|glue)[/\\]/;

/** Makes a class the one for an error of a service: 30 of each. For an error without the SDK takes the client's own, with the error's name. */
const ERROR_CLASS = /^n0_registry\.registerError\(.*\);$/gm;

/** A shape: `export var Name$ = [ … ];`, on one line or to a `];` at the beginning of one. */
const SHAPE = /^(export var \w+\$ = )(\[.*?\]);$/gms;

/** Operations of AWS IoT whose answer the SDK need not read: its body is read by hand, or only whether there is one counts. */
const UNREAD = ['ListJobs', 'DescribeJob', 'DescribeThingGroup'];

/**
 * Lets esbuild leave out the shapes of operations that are not called, two thirds of a client, of answers that are not read,
 * and classes of errors.
 *
 * A shape is a literal with computed keys, `{ [_name]: … }`. A computed key might run code, so esbuild keeps the literal
 * though nothing uses it. As the result of a call that is marked pure it goes.
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

/** `export var ListJobs$ = [9, …, () => ListJobsRequest$, () => ListJobsResponse$ ];`, with the shape of no answer for the last. */
function withoutAnswer(source, operation) {
  const answer = `() => ${operation}Request$, () => ${operation}Response$\n];`;
  if (!source.includes(answer)) throw new Error(`The SDK describes ${operation} in another way`);
  return source.replace(answer, () => `() => ${operation}Request$, () => __Unit\n];`);
}
