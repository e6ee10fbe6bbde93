import { createHash } from 'node:crypto';
import type { StoredObject } from '../ports.ts';

/** Makes an object of a text, ready to be put. */
export function textObject(key: string, text: string, contentType: string): StoredObject {
  const body = Buffer.from(text);
  return { key, body, sha256: createHash('sha256').update(body).digest('hex'), contentType };
}

export const JSON_TYPE = 'application/json';
