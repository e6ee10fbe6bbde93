import { urlState } from '../base/url-state.ts';

/** Where what was chosen in the filters of a table is kept. */
export interface FilterMemory {
  get(name: string): string;
  set(name: string, value: string): void;
  /** Calls back when what is kept has changed by itself, as by a link or by going back. */
  onChange(listener: () => void): void;
}

/** By the name of the table: one that is shown anew, as of another export, takes the place of the one before. */
const listeners = new Map<string, () => void>();
let isListening = false;

/** Keeps filters in the address of the page, by the name of the table; those of a table without a name are not kept. */
export function memoryOf(key: string | undefined): FilterMemory {
  if (key === undefined) return { get: () => '', set: () => {}, onChange: () => {} };
  const prefix = `${key}.`;
  if (!isListening) {
    isListening = true;
    urlState.onChange((changed) => {
      for (const [start, listener] of listeners) {
        if ([...changed].some((name) => name.startsWith(start))) listener();
      }
    });
  }
  return {
    get: (name) => urlState.get(`${prefix}${name}`) ?? '',
    set: (name, value) => urlState.set(`${prefix}${name}`, value),
    onChange: (listener) => void listeners.set(prefix, listener),
  };
}
