/** Exit codes of the commands. Scripts rely on them, and `--help` lists them. */
export const EXIT = {
  /** Success. For an export: the snapshot exists, from this run or an earlier one. */
  ok: 0,
  /** AWS, the network or the store failed; a retry may succeed. */
  failed: 1,
  /** The command line is wrong, or AWS rejected the request. */
  usage: 2,
  /** Credentials are missing, expired or lack a permission. */
  denied: 3,
  /** The directory or bucket refused: no permission, no such bucket, no space. */
  storeRefused: 4,
  /** Nothing was checked or copied, which is not a success. */
  nothingFound: 5,
  /** Ctrl-C. As in shells: 128 plus the number of the signal. */
  interrupted: 130,
  terminated: 143,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
