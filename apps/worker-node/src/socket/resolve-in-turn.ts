import { Semaphore, withTimeout } from 'async-mutex';
import { exitCode } from '../errors/exit-code.ts';
import { ResolveFailure } from '../errors/resolve-failure.ts';
import { type ResolveRequest, tooManyCallers } from './resolve-protocol.ts';

type Resolve<Resolved> = (request: ResolveRequest) => Promise<Resolved>;

export interface TurnOptions {
  /** algorithms that are resolved at once; 64 by default */
  readonly atOnce?: number;
  /** how long an algorithm waits for its turn; 5 s by default */
  readonly waitMilliseconds?: number;
}

/**
 * Bounds what is resolved at once; what gets no turn in time fails with 69. Callers that ask for the same algorithm share
 * one answer, but never one that was begun before they asked: so the answer has everything that was written before. An
 * algorithm has at most one resolve that runs and one that waits.
 */
export const resolveInTurn = <Resolved>(
  resolve: Resolve<Resolved>,
  { atOnce = 64, waitMilliseconds = 5_000 }: TurnOptions = {},
): Resolve<Resolved> => {
  const refusal = new ResolveFailure(exitCode.unavailable, tooManyCallers);
  const turns = withTimeout(new Semaphore(atOnce), waitMilliseconds, refusal);
  const running = new Map<string, Promise<void>>();
  const waiting = new Map<string, Promise<Resolved>>();

  const inTurn = async (key: string, request: ResolveRequest): Promise<Resolved> => {
    await running.get(key);
    const [, release] = await turns.acquire();
    waiting.delete(key);
    const resolved = resolve(request).finally(release);
    const ended = resolved.then(ignore, ignore);
    running.set(key, ended);
    void ended.then(() => {
      if (running.get(key) === ended) running.delete(key);
    });
    return resolved;
  };
  return (request) => {
    const key = JSON.stringify([request.owner, request.name]);
    const shared = waiting.get(key) ?? inTurn(key, request);
    waiting.set(key, shared);
    // without a turn it never begins
    shared.catch(() => {
      if (waiting.get(key) === shared) waiting.delete(key);
    });
    return shared;
  };
};

const ignore = (): void => undefined;
