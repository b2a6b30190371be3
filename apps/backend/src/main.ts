import { hostname } from 'node:os';
import { logDestination } from '@secret-store/command-line/log-destination';
import {
  connectionsWithin,
  followNotices,
  holdRunningLock,
  type Notices,
  openDatabase,
  type RunningLock,
} from '@secret-store/db';
import { detectIsolation, PluginRegistry } from '@secret-store/plugin-host';
import pino from 'pino';
import { announcementOf, ensureFirstAdministrator } from './startup/first-administrator.ts';
import { forgetAdministrator, givenAdministrator } from './startup/given-administrator.ts';
import { startExpiringSessions } from './accounts/sessions/expire-sessions.ts';
import { buildApp } from './app.ts';
import type { BackendKeys, Dependencies } from './dependencies.ts';
import { followPanel } from './http/panel/follow-panel.ts';
import { readSettings, type Settings } from './env.ts';
import { describeError } from './describe-error.ts';
import { ensureActivations } from './startup/ensure-activations.ts';
import { ensureInternalProvider } from './startup/ensure-internal-provider.ts';
import { startChaining } from './ledger/chaining.ts';
import { openLedger, rememberBeginning, settleStanding } from './startup/open-ledger.ts';
import { startKeepingCalls } from './health/keep-calls.ts';
import { startPreparer } from './preparation/preparer.ts';
import { readBackendKeys } from './startup/read-backend-keys.ts';
import { RemovalsUnderWay } from './secrets/removing/removals-under-way.ts';
import { PluginCalls } from './running/plugin-calls.ts';
import { KnownReceipts } from './delivery/known-receipts.ts';
import { createVersionAsker } from './resealing/versions/ask-for-version.ts';
import { SetCache } from './sets/set-cache.ts';
import { startWebhooks } from './webhooks/sending/send-webhooks.ts';
import { startSettler } from './secrets/settling/settler.ts';
import { describeStartFailure } from './startup/start-failure.ts';
import { tellRefusals } from './startup/tell-refusals.ts';
import { importCertificates } from './startup/import-certificates.ts';
import { warnOfDatabaseRole } from './startup/warn-of-database-role.ts';
import { warnOfProxy } from './http/front/warn-of-proxy.ts';
import { PoolLogs } from './workers/pools/pool-logs.ts';
import { startCheckHints } from './workers/streams/check-hints.ts';
import { readFresh } from './workers/delivery/read-fresh.ts';
import { WorkerStreams } from './workers/streams/worker-streams.ts';
import { createWorkerReader } from './workers/worker-reader.ts';

const originOf = ({ publicUrl, host, port, tls }: Settings): string =>
  publicUrl === null
    ? `${tls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}`
    : new URL(publicUrl).origin;

/** What backends on one database tell each other. */
type Notice = 'changed' | 'check';

const openStore = async (settings: Settings, keys: BackendKeys, log: pino.Logger) => {
  const warn = (message: string): void => log.warn(message);
  const connections = connectionsWithin(settings.databasePool);
  const db = await openDatabase({ url: settings.databaseUrl, connections, log: warn });
  // what it finds is not changed by a command that needs the store stopped
  const running = await holdRunningLock({ url: settings.databaseUrl, log: warn });
  const ledger = await openLedger({ db, keys, log }, settings.backendDirectory);
  return { db, running, ledger, notices: followNotices<Notice>({ url: settings.databaseUrl, log: warn }) };
};

const openDependencies = async (
  settings: Settings,
  log: pino.Logger,
): Promise<Dependencies & { readonly running: RunningLock; readonly notices: Notices<Notice> }> => {
  const { sandboxDirectory, isolation: setting, pluginFileRoots } = settings;
  const keys = await readBackendKeys(settings.backendDirectory, settings.rootFingerprint);
  // side by side: each takes a good part of a start
  const [isolation, { db, running, ledger, notices }] = await Promise.all([
    detectIsolation({ setting, sandboxDirectory }),
    openStore(settings, keys, log),
  ]);
  if (isolation.warning !== '') log.warn({ mode: isolation.mode }, isolation.warning);
  await warnOfDatabaseRole({ db, log });
  const plugins = new PluginRegistry({ isolation, sandboxDirectory, log, fileRoots: pluginFileRoots });
  const pools = new PoolLogs({ db, keys, ledger });
  const sets = new SetCache();
  const workerStreams = new WorkerStreams({
    ...{ ledger, pools, keys },
    readFresh: (id) => readFresh({ db, keys, ledger, sets }, id),
  });
  const onAsked = (poolId: string): void => {
    workerStreams.tellOfChecks(new Set([poolId]));
    notices.send('check');
  };
  const workerReader = createWorkerReader({ db, keys, ledger, pools, log, onAsked });
  return {
    db,
    running,
    notices,
    ledger,
    keys,
    pools,
    plugins,
    isolation,
    sandboxDirectory,
    pluginFileRoots,
    trustedKeys: settings.trustedKeys,
    workerReader,
    versionAsker: createVersionAsker({ db, keys, ledger, pools, log, onAsked }),
    workerStreams,
    sets,
    calls: new PluginCalls(`${hostname()}:${settings.port}`),
    receipts: new KnownReceipts(),
    removals: new RemovalsUnderWay(),
    log,
  };
};

const start = async (settings: Settings, log: pino.Logger) => {
  warnOfProxy(settings, log);
  // both from here on: a message that comes while only one of them listens is lost to the other
  const panel = followPanel(settings.panelOrigin);
  const givenLater = givenAdministrator(settings);
  const { running, notices, ...deps } = await openDependencies(settings, log);
  tellRefusals(deps);
  const origin = originOf(settings);
  const { host, port, tls, development, trustedProxies, workerSocketDirectory } = settings;
  const { standing } = deps.ledger;
  standing.onAlarm((problem) => {
    log.fatal(problem.message);
    process.exit(describeStartFailure(problem, tls).exitCode);
  });
  const app = await buildApp(deps, {
    origin,
    panel,
    tls,
    development,
    trustedProxies,
    workerSocketDirectory,
  });
  // workers tell a backend without a memory of its own what they have seen
  const earlyAddress = standing.isAsking ? await app.listen({ host, port }) : null;
  await settleStanding(deps);
  await importCertificates(deps);
  await ensureInternalProvider(deps);
  await ensureActivations(deps);
  const given = await givenLater;
  const administrator = await ensureFirstAdministrator(deps, given);
  // at once: whatever ends this start, a later one does not have them any more
  if (administrator !== null) process.send?.({ type: 'first-start', ...announcementOf(administrator, given) });
  const chaining = startChaining({ ...deps, notices });
  const checkHints = startCheckHints({ db: deps.db, streams: deps.workerStreams, notices });
  await rememberBeginning(deps);
  const settler = startSettler(deps);
  const preparer = startPreparer(deps);
  const expiry = startExpiringSessions(deps);
  const keepingCalls = startKeepingCalls(deps);
  const webhooks = startWebhooks(deps);
  standing.open();
  const address = earlyAddress ?? (await app.listen({ host, port }));
  // a port of 0 is chosen by the system
  const url = settings.publicUrl === null && settings.port === 0 ? address : origin;
  log.info({ url }, 'listening');

  let stopping: Promise<void> | null = null;
  const stop = () => {
    stopping ??= (async () => {
      await app.close();
      await settler.stop();
      await preparer.stop();
      await expiry.stop();
      await webhooks.stop();
      await deps.plugins.close();
      await keepingCalls.stop();
      await checkHints.stop();
      await chaining.stop();
      await notices.close();
      await deps.db.close();
      await running.release();
    })();
    return stopping;
  };
  return { url, stop };
};

const destination = logDestination();

const logTo = (level: string): pino.Logger => pino({ level, base: { process: 'backend' } }, destination);

const run = async (): Promise<void> => {
  let end = (): void => process.exit(0);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => end());
  // the launcher is gone, however it went
  process.on('disconnect', () => end());
  let tls: Settings['tls'] = null;
  try {
    const settings = readSettings();
    forgetAdministrator(process.env);
    ({ tls } = settings);
    const { url, stop } = await start(settings, logTo(settings.logLevel));
    end = () =>
      void stop().then(
        () => process.exit(0),
        () => process.exit(1),
      );
    process.send?.({ type: 'ready', url });
  } catch (error) {
    const { exitCode, message } = describeStartFailure(error, tls);
    logTo('info').fatal({ cause: describeError(error) }, message);
    process.exit(exitCode);
  }
};

await run();
