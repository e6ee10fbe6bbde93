import type { IncomingMessage, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { LoopbackServer } from './loopback-server.ts';

/** Fate of an answer: it passes, ends with a reset after half of its body, or hangs there. */
export type Fate = 'pass' | 'cut' | 'stall';

/** A proxy between a client and a loopback service that breaks the bodies of answers. */
export class FlakyProxy extends LoopbackServer {
  /** Called for each request, with method and path. */
  fate: (method: string, path: string) => Fate = () => 'pass';
  readonly #target: string;

  constructor(target: string) {
    super();
    this.#target = target;
  }

  /** Connections that are open. */
  connections(): Promise<number> {
    return promisify(this.server.getConnections.bind(this.server))();
  }

  protected serve(request: IncomingMessage, response: ServerResponse): void {
    // What the service does not answer the client is not answered either.
    this.#pass(request, response).catch(() => response.destroy());
  }

  async #pass({ method = '', url = '/', headers }: IncomingMessage, response: ServerResponse): Promise<void> {
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
