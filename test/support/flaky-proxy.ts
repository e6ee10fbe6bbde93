import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';

/** What becomes of an answer: it passes, ends with a reset after half of its body, or stops coming there. */
export type Fate = 'pass' | 'cut' | 'stall';

/** Stands between a client and a loopback service, and breaks the bodies of answers. */
export class FlakyProxy {
  /** Asked for each request, by method and path. */
  fate: (method: string, path: string) => Fate = () => 'pass';
  readonly #target: string;
  readonly #server = createServer((request, response) => {
    // What the service does not answer the client is not answered either.
    this.#serve(request, response).catch(() => response.destroy());
  });

  constructor(target: string) {
    this.#target = target;
  }

  async start(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Connections that are open. */
  connections(): Promise<number> {
    return promisify(this.#server.getConnections.bind(this.#server))();
  }

  async #serve({ method = '', url = '/', headers }: IncomingMessage, response: ServerResponse): Promise<void> {
    const checksumMode = headers['x-amz-checksum-mode'];
    const answer = await fetch(this.#target + url, {
      method,
      ...(checksumMode && { headers: { 'x-amz-checksum-mode': String(checksumMode) } }),
    });
    const body = Buffer.from(await answer.arrayBuffer());
    const kept = ['content-type', 'content-length', 'x-amz-checksum-sha256'];
    const passed = kept.flatMap((name) =>
      answer.headers.has(name) ? [[name, answer.headers.get(name) as string]] : [],
    );
    response.sendDate = false;
    response.writeHead(answer.status, Object.fromEntries(passed));
    const fate = this.fate(method, decodeURIComponent(url));
    if (fate === 'pass') {
      response.end(body);
      return;
    }
    response.write(body.subarray(0, body.length / 2), () => fate === 'cut' && response.destroy());
  }
}
