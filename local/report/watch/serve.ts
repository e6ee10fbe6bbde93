import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { UsageError } from '../../cli/usage-error.ts';

const LOOPBACK = '127.0.0.1';

export interface ServedPage {
  /** Unique to this page, also across runs. */
  readonly version: string;
  readonly html: string;
  /** JSON as of now: the newest snapshot becomes old with time. */
  data(): string;
}

/** Why the history cannot be read, and since when. */
export interface Trouble {
  /** `2026-11-23T18:00:00Z` */
  readonly since: string;
  readonly message: string;
}

export interface ServeProps {
  /** 0: any free port. */
  readonly port: number;
  /** `undefined` until the first page is made. */
  page(): ServedPage | undefined;
  trouble(): Trouble | undefined;
}

export interface Server {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Serves a page to browsers on this machine: the page at `/`, its numbers at `/report.json`, and at `/state` its version
 * and whether the history can be read.
 *
 * @throws UsageError if the port is taken or not allowed
 */
export async function serve({ port, page, trouble }: ServeProps): Promise<Server> {
  const routes: Readonly<Record<string, (page: ServedPage) => readonly [type: string, body: string]>> = {
    '/': ({ html }) => ['text/html; charset=utf-8', html],
    '/report.json': ({ data }) => ['application/json', data()],
    '/state': ({ version }) => ['application/json', JSON.stringify({ version, trouble: trouble() ?? null })],
  };
  const server = createServer((request, response) => {
    const refusal = refusalOf(request, (server.address() as AddressInfo).port);
    if (refusal) return respond(response, ...refusal);
    const route = routes[(request.url ?? '').replace(/\?.*$/, '')];
    if (!route) return respond(response, 404, 'text/plain', 'There is / and /report.json\n');
    const current = page();
    if (!current) return respond(response, 503, 'text/plain', 'The page is being made: ask again in a moment\n');
    respond(response, 200, ...route(current));
  });
  server.listen(port, LOOPBACK);
  try {
    await once(server, 'listening');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === 'EADDRINUSE' ? 'another program has it' : message;
    throw new UsageError(`The page cannot be served at port ${port} of ${LOOPBACK} (${why}): choose another --port`, {
      cause: error,
    });
  }
  return {
    url: `http://${LOOPBACK}:${(server.address() as AddressInfo).port}/`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

type Reply = readonly [status: number, type: string, body: string];

/**
 * Checks the header `Host`, against DNS rebinding: another site could resolve its name to 127.0.0.1 and read this page, but
 * its requests have that name as `Host`.
 */
function refusalOf({ method, headers }: IncomingMessage, port: number): Reply | undefined {
  const names = [LOOPBACK, 'localhost'].map((name) => (port === 80 ? name : `${name}:${port}`));
  if (!names.includes((headers.host ?? '').toLowerCase())) {
    return [403, 'text/plain', `This is for ${names.join(' and ')} alone\n`];
  }
  return method === 'GET' ? undefined : [405, 'text/plain', 'GET is all there is\n'];
}

function respond(response: ServerResponse, ...[status, type, body]: Reply): void {
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    'content-security-policy': "frame-ancestors 'none'",
    'cross-origin-resource-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
    ...(status === 405 && { allow: 'GET' }),
  });
  response.end(body);
}
