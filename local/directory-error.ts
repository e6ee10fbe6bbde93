import { StoreRefusedError, StoreUnavailableError } from '../lambda/errors.ts';

/** Error codes of the file system, with meaning and remedy. */
const REFUSALS: Readonly<Record<string, readonly [meaning: string, remedy: string]>> = {
  ENOSPC: ['the disk is full', 'free some space, or choose another directory'],
  EDQUOT: ['the disk quota is used up', 'free some space, or choose another directory'],
  EFBIG: ['the file would be larger than allowed', 'raise the limit (ulimit -f), or choose another file system'],
  EACCES: ['no permission to write there', 'give yourself the permission, or choose another directory'],
  EPERM: [
    'not permitted there, or the file system has no hard links',
    'choose a directory of your own on a local disk that has them, which most but exFAT and FAT32 do',
  ],
  EROFS: ['the file system is read-only', 'choose another directory'],
  EEXIST: ['there is a file where a directory is needed', 'choose another directory'],
  ENOTDIR: ['there is a file where a directory is needed', 'choose another directory'],
  EISDIR: ['there is a directory where a file is needed', 'move it away, or choose another directory'],
  ENAMETOOLONG: ['the path is too long', 'choose a directory nearer to the root'],
  ENOENT: ['it cannot be made there, or has vanished', 'choose another directory'],
  ENOTSUP: ['the file system has no hard links', 'choose a directory on a local disk'],
  EXDEV: ['the directory spans two file systems', 'choose one that is all on one disk'],
};

/** Converts an error of the file system to one with a remedy. Other errors are returned unchanged. */
export function directoryError(error: unknown, root: string): unknown {
  const { code, syscall, message } = (error ?? {}) as NodeJS.ErrnoException;
  if (code === undefined || syscall === undefined) return error;
  const refusal = REFUSALS[code];
  if (refusal) {
    const [meaning, remedy] = refusal;
    return new StoreRefusedError(`Cannot keep the snapshot in ${root}: ${meaning} (${message}); ${remedy}`, {
      cause: error,
    });
  }
  return new StoreUnavailableError(`The disk under ${root} failed (${message}): look at its health, then run again`, {
    cause: error,
  });
}
