/**
 * Keeps SIGUSR1 from opening the inspector: without a listener, anyone who may signal this process could attach to it
 * and run code here. Outside a PID namespace of its own a plugin may signal its host.
 */
export const guardHost = (): void => {
  if (process.listenerCount('SIGUSR1') === 0) process.on('SIGUSR1', ignore);
};

const ignore = () => {};
