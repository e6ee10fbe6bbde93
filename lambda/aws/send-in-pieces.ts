import { Readable } from 'node:stream';
import type { Middleware } from './attempts.ts';

/** Bytes of a piece: two seconds at 1 Mbit/s. */
const PIECE_BYTES = 256 * 1024;

interface SendStack {
  add(
    middleware: Middleware,
    options: { readonly step: 'deserialize'; readonly priority: 'low'; readonly name: string },
  ): void;
}

/**
 * Gives a large body to the connection in pieces, each when the one before has been taken, so that a timeout of silence
 * sees that bytes pass. Node sees no progress within one write to a TLS socket: after two timeouts it takes the
 * connection for idle, though the upload goes on. Tried with Node 24 and a server that reads slowly.
 *
 * It comes last before the wire: the request is signed over the whole body, and each retry begins it anew.
 */
export function sendInPieces(stack: SendStack): void {
  const middleware: Middleware = (next) => async (args) => {
    const { body: given } = args.request;
    // The SDK gives XML as text, which is large where an upload has thousands of parts.
    const body = typeof given === 'string' ? Buffer.from(given) : given;
    if (!(body instanceof Uint8Array) || body.byteLength <= PIECE_BYTES) return await next(args);
    return await next({ ...args, request: { ...args.request, body: Readable.from(piecesOf(body)) } });
  };
  stack.add(middleware, { step: 'deserialize', priority: 'low', name: 'sendInPieces' });
}

function* piecesOf(body: Uint8Array): Iterable<Uint8Array> {
  for (let from = 0; from < body.byteLength; from += PIECE_BYTES) yield body.subarray(from, from + PIECE_BYTES);
}
