export interface Repetition {
  /** Ends it; resolves when what runs just now is over. */
  stop(): Promise<void>;
}

/** Does the work now, and again each time it was done and the pause is over. Its failures are told and do not end it. */
export const repeatEvery = (
  pauseMilliseconds: number,
  work: () => Promise<void>,
  tellFailure: (error: unknown) => void,
): Repetition => {
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  const turn = async (): Promise<void> => {
    await work().catch(tellFailure);
    if (isStopped) return;
    timer = setTimeout(() => {
      running = turn();
    }, pauseMilliseconds);
    timer.unref();
  };
  let running = turn();
  return {
    stop: () => {
      isStopped = true;
      clearTimeout(timer);
      return running;
    },
  };
};
