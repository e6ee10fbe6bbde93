import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Service } from './service.ts';

export interface ServiceServer {
  /** What to give to a client as its endpoint. */
  readonly url: string;
  /** Closes the server and all connections to it. */
  close(): Promise<void>;
}

/** Serves on loopback, on a port of the system's choice. */
export async function serve(service: Service): Promise<ServiceServer> {
  const server = createServer((request, response) => {
    const { statusCode, errorType, body } = service(
      request.method ?? 'GET',
      new URL(request.url ?? '/', 'http://localhost'),
    );
    // The SDK takes a Date far from its own clock for a skewed clock, and retries whatever error it came with.
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
