import { AbsentObjectError, type Archive, type StoredKey } from '../../local/verify/archive.ts';

export interface MemoryObject {
  readonly body: Uint8Array;
  readonly modifiedAt: number;
}

export interface MemoryArchiveProps {
  readonly objects: ReadonlyMap<string, MemoryObject>;
  /** Keys of a page of a listing. A page has what is there when it is requested. */
  readonly pageSize?: number;
  /** Bytes of a chunk of a body. */
  readonly chunkBytes?: number;
  /** Runs before each request. */
  readonly before?: () => void;
}

/** An archive of objects in memory, which may change while it is read. Like S3 it has whole objects only. */
export function memoryArchive({
  objects,
  pageSize = 2,
  chunkBytes = 64,
  before = () => {},
}: MemoryArchiveProps): Archive {
  const stored = (key: string): StoredKey | undefined => {
    const object = objects.get(key);
    return object && { key, bytes: object.body.length, modifiedAt: object.modifiedAt };
  };
  return {
    async *list(prefix) {
      for (let after = ''; ; ) {
        before();
        const keys = [...objects.keys()].filter((key) => key.startsWith(`${prefix}/`) && key > after).sort();
        const page = keys.slice(0, pageSize).flatMap((key) => stored(key) ?? []);
        yield* page;
        if (page.length < pageSize) return;
        after = page.at(-1)?.key ?? '';
      }
    },
    async find(key) {
      before();
      return stored(key);
    },
    async read(key) {
      before();
      const object = objects.get(key);
      if (!object) throw new AbsentObjectError(`There is no ${key}`);
      return chunks(object.body, chunkBytes);
    },
    async storedSha256() {
      return undefined;
    },
  };
}

async function* chunks(body: Uint8Array, size: number) {
  for (let from = 0; from < body.length; from += size) yield body.subarray(from, from + size);
}
