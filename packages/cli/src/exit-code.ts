/** How the command line ends, for scripts to tell one end from another. The guide promises these numbers. */
export const ExitCode = {
  /** Done. */
  ok: 0,
  /** The tool said that it failed: `isError`. */
  toolFailed: 1,
  /** The command line is wrong: nothing was sent. */
  usage: 2,
  /** The server could not be reached, started or loaded, or the address to serve at is taken. */
  unreachable: 3,
  /** The server refused the call, broke the protocol, or went away in the middle. */
  failed: 4,
  /** The server wants to know who asks. */
  unauthorized: 5,
  /** The server asked something that nobody was there to answer. */
  unanswered: 6,
  /** It took longer than it may. */
  timedOut: 7,
  /** A bug of the command line itself. */
  broken: 70,
  /** Ctrl-C. */
  interrupted: 130,
  /** Told to end by SIGTERM. */
  terminated: 143,
} as const

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode]
