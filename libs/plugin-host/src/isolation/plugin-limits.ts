/** What a plugin is allowed before it is ended. */
export interface PluginLimits {
  /** for the start, and for each call */
  readonly deadlineMilliseconds: number;
  readonly callsInFlight: number;
  /** for their turn, at most as long as a call may take; further ones are refused at once */
  readonly callsWaiting: number;
  /** standard output and error together, in ten seconds */
  readonly logBytes: number;
  /** V8's old generation, in MiB */
  readonly heapMebibytes: number;
  /** all data of the process, in bytes; Node itself maps much that it never touches */
  readonly dataBytes: number;
  readonly connectionsPerDestination: number;
}

export const defaultLimits: PluginLimits = {
  deadlineMilliseconds: 10_000,
  callsInFlight: 64,
  callsWaiting: 256,
  logBytes: 1024 * 1024,
  heapMebibytes: 128,
  dataBytes: 1024 ** 3,
  connectionsPerDestination: 32,
};
