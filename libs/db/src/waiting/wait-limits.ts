/** How much may wait for a connection or a turn. What does not fit is refused at once, so that nothing queues without end. */
export interface WaitLimits {
  /** how long each waits, in milliseconds */
  readonly patience: number;
  /** how many wait at once */
  readonly waiting: number;
}

export const usualLimits: WaitLimits = { patience: 5_000, waiting: 400 };
