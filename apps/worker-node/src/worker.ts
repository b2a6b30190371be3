import { detectIsolation, PluginRegistry } from '@secret-store/plugin-host';
import type { Logger } from 'pino';
import { HeldDeliveries } from './cache/held-deliveries.ts';
import { PluginValueCache } from './cache/plugin-value-cache.ts';
import { VouchedDeliveries } from './cache/vouched-deliveries.ts';
import { answerCheck } from './checks/answer-check.ts';
import { CandidatePlugin } from './checks/candidate-plugin.ts';
import { watchChecks } from './checks/watch-checks.ts';
import { answerCommand } from './commands/answer-command.ts';
import type { DaemonSettings } from './daemon-env.ts';
import { errorName } from './errors/error-name.ts';
import { keepFleet } from './fleet/keep-fleet.ts';
import { PoolFollower } from './following/follow-pool.ts';
import { lookAgainRegularly } from './following/look-again.ts';
import { Refreshes } from './following/refreshes.ts';
import { resolveAndTell } from './following/resolve-and-tell.ts';
import { openKeptState } from './last-known-good/open-kept-state.ts';
import { openFolder } from './open-folder.ts';
import { createPoll } from './poll/create-poll.ts';
import { sendReceipts } from './receipts/send-receipts.ts';
import { sealVersion } from './resealing/seal-version.ts';
import { watchVersions } from './resealing/watch-versions.ts';
import { RunningProcesses } from './processes/running-processes.ts';
import { ProviderTurns } from './configuration/provider-turns.ts';
import type { ResolveDependencies } from './resolve/accepting/resolve-dependencies.ts';
import { answerResolve, refusalForWantOfRoom } from './socket/answer-resolve.ts';
import { cachesName } from './sandbox/kept-cache.ts';
import { resolveInTurn } from './socket/resolve-in-turn.ts';
import { serveSocket } from './socket/serve-socket.ts';
import { writeOutOfSight } from './state/write-out-of-sight.ts';
import { followStream } from './stream/follow-stream.ts';

export interface Worker {
  /** @param onStep told what is waited for next */
  readonly close: (onStep: (step: string) => void) => Promise<void>;
}

/** Assembles the worker, which answers on its socket when this returns. */
export const startWorker = async (settings: DaemonSettings, log: Logger): Promise<Worker> => {
  const { workerDirectory, sandboxDirectory, isolation: setting, trustedKeys } = settings;
  const isolation = await detectIsolation({ setting, sandboxDirectory });
  if (isolation.warning !== '') log.warn({ mode: isolation.mode }, isolation.warning);
  const sandbox = { isolation, sandboxDirectory, log, fileRoots: settings.pluginFileRoots, readsOnly: true };
  const plugins = new PluginRegistry(sandbox);
  const candidate = new CandidatePlugin(new PluginRegistry(sandbox));
  const { directory, exchange, run, backend, head, marks, fleet, sealing } = await openFolder(
    settings,
    isolation.mode,
    log,
  );
  const { keys } = fleet;
  await writeOutOfSight(directory, {
    ...{ secretFolders: settings.pluginFileRoots, tlsKey: settings.tlsKey },
    caches: await cachesName(workerDirectory),
  });
  const kept = await openKeptState({ directory, keys, log });
  exchange.listen((signedTime) => kept.clock.heard(signedTime));
  const deps: ResolveDependencies = {
    backend,
    keys,
    trustedKeys,
    marks,
    plugins,
    held: new HeldDeliveries(),
    vouched: new VouchedDeliveries(),
    cache: new PluginValueCache(
      () => kept.clock.now(),
      (algorithmId) => void kept.knownGood.remove(algorithmId),
    ),
    times: kept.times,
    knownGood: kept.knownGood,
    turns: new ProviderTurns(),
    log,
  };
  const refreshes = new Refreshes();
  const follower = new PoolFollower({ deps, backend, refreshes });
  deps.vouched.listen(kept.times);
  deps.vouched.listen(follower);
  const resolve = resolveInTurn((request) => resolveAndTell(deps, follower, request));
  const processes = new RunningProcesses();
  const answering = { resolve, refreshes, processes, strict: setting === 'strict', log };
  const socket = await serveSocket(workerDirectory, {
    answer: async (line, caller) => (await answerCommand(fleet, line)) ?? answerResolve(answering, line, caller),
    refusal: refusalForWantOfRoom,
  });
  const checks = watchChecks({
    backend,
    take: createPoll({ backend, head, marks, log }),
    answer: (task) => answerCheck({ backend, keys, trustedKeys, candidate, log }, task),
    log,
  });
  const versions = watchVersions({
    ...{ backend, logs: fleet.logs, log },
    seal: (task) => sealVersion({ keys: sealing, logs: fleet.logs, log }, task),
  });
  const receipts = sendReceipts({ backend, keys, run, refreshes, processes, log });
  deps.vouched.listen({ heard: () => undefined, changed: () => receipts.sendNow() });
  const fleetKept = keepFleet(fleet);
  const stream = followStream({
    backend,
    keys,
    head,
    vouched: deps.vouched,
    follower,
    fleet: fleetKept,
    checks: {
      hint: () => {
        checks.hint();
        versions.hint();
      },
    },
    receipts,
    log,
  });
  const stopLooking = lookAgainRegularly(follower);
  log.info({ workerId: keys.workerId, isolation: isolation.mode }, 'ready');
  return {
    close: async (onStep) => {
      onStep('streams');
      // before the socket is free: the next process on this folder may begin then
      exchange.end();
      checks.stop();
      versions.stop();
      receipts.stop();
      stream.stop();
      fleetKept.stop();
      stopLooking();
      follower.stop();
      onStep('callers of exec');
      await socket.close();
      onStep('plugins');
      await Promise.all([plugins.close(), candidate.close()]);
      onStep('files');
      await Promise.all([kept.close(), marks.kept()]);
      await head
        .write()
        .catch((error: unknown) => log.warn({ cause: errorName(error) }, 'the audit head was not kept'));
    },
  };
};
