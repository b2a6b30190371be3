// Events a second, with a sink that takes connections and says nothing, beside none, by turns in the same run.
import { once } from 'node:events';
import { createServer } from 'node:net';
import path from 'node:path';
import {
  createStoreKeys,
  importSigningKey,
  parseKeyRing,
  parseRootPublic,
  verificationKeyOf,
  verifyCertificate,
} from '@secret-store/sealing';
import pino from 'pino';
import { v7 as uuid } from 'uuid';
import type { BackendKeys } from '../dependencies.ts';
import { change } from '../ledger/change.ts';
import { Ledger } from '../ledger/ledger.ts';
import { StateFolder } from '../ledger/state/state-folder.ts';
import { type SendingDependencies, startWebhooks } from '../webhooks/sending/send-webhooks.ts';
import { type BenchDatabase, type Figure, withBenchDatabase } from './bench-database.ts';

const rounds = 6;
const millisecondsEach = 3_000;
const writers = 16;
const actor = { type: 'system', id: 'bench' } as const;

export const run = (): Promise<Figure[]> =>
  withBenchDatabase(async (database) => {
    const deps = await dependencies(database);
    const hung = await hungSink(deps);
    const rates: Record<'none' | 'hung', number[]> = { none: [], hung: [] };
    for (let round = 0; round <= rounds; round += 1) {
      const turns = { none: () => eventsPerSecond(deps), hung: () => withSink(deps, hung.isDue) };
      // each of them is the first as often
      for (const turn of round % 2 === 0 ? (['none', 'hung'] as const) : (['hung', 'none'] as const)) {
        const rate = await turns[turn]();
        if (round > 0) rates[turn].push(rate); // the first round warms everything up
      }
    }
    if (hung.connections() < rounds) throw new Error('the sink was not tried');
    hung.close();
    const none = median(rates.none);
    const withHung = median(rates.hung);
    return [
      { what: 'events a second without a sink', value: none.toFixed(0), unit: '1/s' },
      {
        ...{ what: 'events a second with a hung sink', value: withHung.toFixed(0), unit: '1/s' },
        ratio: `${(withHung / none).toFixed(2)} x`,
      },
    ];
  });

const dependencies = async ({ db, directory }: BenchDatabase): Promise<SendingDependencies> => {
  const made = await createStoreKeys();
  const { certificates, keyRing, signingKey } = made.backend;
  const root = parseRootPublic(made.root, made.rootFingerprint);
  const keys: BackendKeys = {
    ...{
      root,
      signer: importSigningKey(signingKey),
      certificate: certificates.backend,
      keyRing: parseKeyRing(keyRing),
    },
    verificationKey: verificationKeyOf(verifyCertificate(certificates.backend, root, 'backend')),
    firstPool: { poolCertificate: certificates.pools[0], workerCertificate: certificates.workers[0] },
  };
  const log = pino({ level: 'silent' });
  const ledger = new Ledger({ db, keys, folder: await StateFolder.open(path.join(directory, 'state')), log });
  return { db, keys, ledger, log };
};

/** A sink of all events at an address that answers nothing. */
const hungSink = async (deps: SendingDependencies) => {
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.on('error', () => socket.destroy());
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const id = uuid();
  await change(deps, async (changes) => {
    const row = { id, url: `tls://127.0.0.1:${port}`, format: 'syslog', events: ['*'], createdAt: new Date() };
    const certificates = { trustedCertificates: null, clientCertificate: null, clientKey: null };
    await changes.insert('webhook', { ...row, ...certificates }, { sentUpTo: 0 });
    changes.audit({ actor, action: 'audit-sink.create', subject: { type: 'audit-sink', id }, details: {} });
  });
  return {
    connections: () => connections,
    isDue: () => deps.db.side.query(`UPDATE webhook SET "nextTryAt" = now() WHERE id = '${id}'`),
    close: () => server.close(),
  };
};

const withSink = async (deps: SendingDependencies, makeDue: () => Promise<unknown>): Promise<number> => {
  await makeDue();
  const sending = startWebhooks(deps);
  try {
    return await eventsPerSecond(deps);
  } finally {
    await sending.stop();
  }
};

/** Committed and chained. */
const eventsPerSecond = async (deps: SendingDependencies): Promise<number> => {
  const started = performance.now();
  const until = started + millisecondsEach;
  let events = 0;
  const write = async (): Promise<void> => {
    while (performance.now() < until) {
      await change(deps, async (changes) => {
        changes.audit({ actor, action: 'secret.update', subject: { type: 'secret', id: uuid() }, details: {} });
      });
      events += 1;
    }
  };
  const chain = async (): Promise<void> => {
    while (performance.now() < until) {
      await deps.ledger.flush();
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  await Promise.all([chain(), ...Array.from({ length: writers }, write)]);
  await deps.ledger.flush();
  return (events / (performance.now() - started)) * 1_000;
};

const median = (values: readonly number[]): number =>
  [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)] ?? 0;
