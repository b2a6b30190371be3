import { setTimeout as delay } from 'node:timers/promises';
import type { WorkerFleetAnswer } from '@secret-store/api/schemas';
import { errorName } from '../errors/error-name.ts';
import { HintedPause, type Pause, spread } from '../waiting/hinted-pause.ts';
import { admitJoins } from './admit-joins.ts';
import { admitPools } from './admit-pools.ts';
import type { FleetDependencies } from './fleet-dependencies.ts';
import { handOverEntries } from './hand-over.ts';
import { introduceItself, replaceKnownKey, signRevocations } from './member-duties.ts';
import { askFleet } from './update-logs.ts';

const betweenMilliseconds = 10_000;
/** Members that hear of the same thing do not all do it. */
const spreadMilliseconds = 300;

type Duty = (deps: FleetDependencies, answer: WorkerFleetAnswer) => Promise<unknown>;

/** In this order: whom the pool lets in gets its newest key. */
const duties: Readonly<Record<string, Duty>> = {
  'hand over entries': handOverEntries,
  'introduce itself': introduceItself,
  'sign revocations': signRevocations,
  'replace the key': replaceKnownKey,
  'let workers in': admitJoins,
  'take pools in': admitPools,
};

export interface KeptFleet {
  /** There may be something to do. */
  hint(): void;
  /** Does what there is to do, once. @throws {ResolveFailure} when the backend cannot be asked */
  round(): Promise<WorkerFleetAnswer>;
  stop(): void;
  /** Resolves when it has stopped; never rejects. */
  readonly ended: Promise<void>;
}

export interface KeepOptions {
  /** for tests */
  readonly pause?: Pause;
}

const realPause = (milliseconds: number, signal: AbortSignal) => delay(milliseconds, undefined, { signal });

/** Does what a member of a pool does, whenever the backend says that there may be something, and every 10 s. */
export const keepFleet = (deps: FleetDependencies, { pause = realPause }: KeepOptions = {}): KeptFleet => {
  const stopped = new AbortController();
  const attempt = createAttempts(deps);
  const pauses = new HintedPause(pause);
  let resealing: Promise<void> | null = null;
  let running: Promise<unknown> = Promise.resolve();

  const round = async (): Promise<WorkerFleetAnswer> => {
    const answer = await askFleet(deps);
    const isAlone = (deps.logs.log(deps.keys.pool.id)?.state.livingMembers().length ?? 0) < 2;
    if (!isAlone && isWork(answer)) await pause(Math.random() * spreadMilliseconds, stopped.signal);
    for (const [name, duty] of Object.entries(duties)) await attempt(name, () => duty(deps, answer));
    if (answer.pending > 0) resealing ??= reseal();
    return answer;
  };
  /** Beside all else: it may take long. */
  const reseal = async (): Promise<void> => {
    await attempt('seal again', () => deps.reseal(stopped.signal));
    resealing = null;
  };
  /** One after the other: entries of two rounds would follow the same head. */
  const inTurn = (): Promise<WorkerFleetAnswer> => {
    const next = running.then(round, round);
    running = next.catch(() => undefined);
    return next;
  };
  const keep = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      await attempt('ask what there is to do', inTurn);
      await pauses.wait(spread(betweenMilliseconds), stopped.signal);
    }
  };
  return {
    hint: () => pauses.hint(),
    round: inTurn,
    stop: () => stopped.abort(),
    ended: keep(),
  };
};

const isWork = ({ joins, revocations, admissions }: WorkerFleetAnswer): boolean =>
  joins.length + revocations.length + admissions.length > 0;

/** Runs a duty; that it fails is logged once, until it succeeds or fails in another way. */
const createAttempts = ({ log }: Pick<FleetDependencies, 'log'>) => {
  const failing = new Map<string, string>();
  return async (duty: string, run: () => Promise<unknown>): Promise<void> => {
    try {
      await run();
      failing.delete(duty);
    } catch (error) {
      const reason = error instanceof Error ? error.message : '';
      if (failing.get(duty) === reason) return;
      failing.set(duty, reason);
      log.warn({ duty, reason, cause: errorName(error) }, 'a duty of the pool is not done; trying again');
    }
  };
};
