import pino from 'pino';

const quietMilliseconds = 2_000;

/** What verifying finds is in its answer. */
export const silentLog = pino({ level: 'silent' });

/** Tells how far a command is on standard error, every two seconds. */
export const createProgress = <T>(describe: (progress: T) => string): ((progress: T) => void) => {
  let told = performance.now();
  return (progress) => {
    if (performance.now() - told < quietMilliseconds) return;
    told = performance.now();
    process.stderr.write(`secret-store: ${describe(progress)}\n`);
  };
};
