/** What the command line ends with. Scripts rely on them, and `--help` lists them. */
export const EXIT = {
  /** The snapshot stands, from this run or from an earlier one. */
  ok: 0,
  /** It may work the next time: AWS, the network or the store failed. */
  failed: 1,
  /** The command line is wrong, or asks for what AWS does not know. */
  usage: 2,
  /** Credentials are missing, expired or not enough. */
  denied: 3,
  /** The directory or bucket refused: no permission, no such bucket, no space. */
  storeRefused: 4,
  /** There was nothing to look at: not the same as that all is well. */
  nothingFound: 5,
  /** By Ctrl-C, as shells count it: 128 and the signal's number. */
  interrupted: 130,
  terminated: 143,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
