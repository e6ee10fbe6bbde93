import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Service } from './service.ts';

export interface ServiceServer {
  /** Endpoint for clients. */
  readonly url: string;
  /** Closes the server and all connections to it. */
  close(): Promise<void>;
}

/** Serves on loopback, on a free port. */
export async function serve(service: Service): Promise<ServiceServer> {
  const server = createServer((request, response) => {
    const { statusCode, errorType, body } = service(
      request.method ?? 'GET',
      new URL(request.url ?? '/', 'http://localhost'),
    );
    // The SDK interprets a Date that is far from its own clock as clock skew, and then retries every error.
    response.sendDate = false;
    response.writeHead(statusCode, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      'x-amzn-requestid': randomUUID(),
      ...(errorType && { 'x-amzn-errortype': errorType }),
    });
    response.end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
