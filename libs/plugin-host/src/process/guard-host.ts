/**
 * Prevents SIGUSR1 from opening the inspector: without a listener, anyone who may signal this process could attach to it
 * and run code. A plugin without its own PID namespace may signal its host.
 */
export const guardHost = (): void => {
  if (process.listenerCount('SIGUSR1') === 0) process.on('SIGUSR1', ignore);
};

const ignore = () => {};
