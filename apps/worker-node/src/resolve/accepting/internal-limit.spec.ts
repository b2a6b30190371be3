import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { WorkerDelivery } from '@secret-store/api/schemas';
import { signActivation } from '@secret-store/sealing';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { HeldDeliveries } from '../../cache/held-deliveries.ts';
import { PluginValueCache } from '../../cache/plugin-value-cache.ts';
import { VouchedDeliveries } from '../../cache/vouched-deliveries.ts';
import { ProviderTurns } from '../../configuration/provider-turns.ts';
import { BackendAway } from '../../errors/resolve-failure.ts';
import { readWorkerKeys } from '../../keys/read-worker-keys.ts';
import { HighWaterMarks } from '../../state/high-water-marks.ts';
import { keptState } from '../../testing/kept-state.ts';
import { createStranger } from '../../testing/plugin-worker.ts';
import { idOf, type InternalValue, SignedStore } from '../../testing/signed-store.ts';
import { resolveEnvironment } from '../resolve-environment.ts';
import type { ResolveDependencies } from './resolve-dependencies.ts';

let directory: string;
let store: SignedStore;
let deps: ResolveDependencies;
let value: InternalValue;
/** what the backend sends; null: it is away */
let offered: WorkerDelivery | null;
let now: number;

beforeEach(async () => {
  directory = mkdtempSync(path.join(tmpdir(), 'secret-store-limit-'));
  store = await SignedStore.create(directory);
  value = await store.internalValue('A', 'very-secret');
  now = 0;
  await start();
});
afterEach(async () => {
  await deps.knownGood.ended();
  rmSync(directory, { recursive: true });
});

/** The next process on the same folder. */
const start = async () => {
  const keys = await readWorkerKeys(directory, null);
  deps = {
    ...{ keys, trustedKeys: [], turns: new ProviderTurns(), held: new HeldDeliveries() },
    backend: {
      delivery: async () => {
        if (offered === null) throw new BackendAway('the backend gave no answer');
        return offered;
      },
      module: () => Promise.reject(new Error('there is no plugin')),
    },
    marks: await HighWaterMarks.open({ directory: path.join(directory, 'state'), root: store.root }),
    plugins: { provider: () => Promise.reject(new Error('there is no plugin')) },
    vouched: new VouchedDeliveries({ now: () => now }),
    cache: new PluginValueCache(() => now),
    ...(await keptState(directory, keys, () => now)),
    log: pino({ level: 'silent' }),
  };
};
const restart = async () => {
  await deps.knownGood.ended();
  await deps.times.write();
  await start();
};

/** @param limit as the backend signed it for the internal provider; left out: nothing */
const offer = (limit?: { number: number; staleSeconds: number; providerId?: string; signer?: SignedStore }) => {
  const { providerId } = value.entry;
  const { signer = store, ...signed } = limit ?? {};
  const about = { providerId, configurationHash: null, workerConfigurationHash: null, number: 1, ...signed };
  const sent = { activation: signActivation(about, signer.signer), sealedConfiguration: null };
  offered = {
    ...store.delivery([value]),
    providers: limit === undefined ? {} : { [providerId]: { ...sent, sealedWorkerConfiguration: null } },
  };
};

const at = (seconds: number) => {
  now = seconds * 1000;
  return resolveEnvironment(deps, { owner: 'demo', name: 'hello' });
};

test('values of the store itself serve as long as the signed limit says, also after a restart', async () => {
  offer({ number: 1, staleSeconds: 60 });
  await at(0);
  offered = null;
  expect(await at(60)).toMatchObject({ staleSeconds: 60, environment: { A: 'very-secret' } });
  await expect(at(61)).rejects.toMatchObject({ exitCode: 69, variable: 'A' });
  await restart();
  expect(await at(60)).toMatchObject({ staleSeconds: 60 });
  await expect(at(61)).rejects.toMatchObject({ exitCode: 69, variable: 'A' });
});

test('with a limit of 0 nothing serves', async () => {
  offer({ number: 1, staleSeconds: 0 });
  await at(0);
  offered = null;
  await expect(at(0)).rejects.toMatchObject({
    exitCode: 69,
    message: expect.stringContaining('limit for outages is 0'),
  });
});

test('a limit that replaced another one counts, and the one before is refused from then on, also after a restart', async () => {
  offer({ number: 1, staleSeconds: 60 });
  await at(0);
  offer({ number: 2, staleSeconds: 5 });
  await at(0);
  offer({ number: 1, staleSeconds: 60 });
  await expect(at(1)).rejects.toThrow('older');
  await restart();
  await expect(at(1)).rejects.toThrow('older');
  offered = null;
  await expect(at(6)).rejects.toMatchObject({ exitCode: 69 });
});

test('a limit that this worker has seen is not left out', async () => {
  offer();
  await at(0);
  offer({ number: 1, staleSeconds: 0 });
  await at(0);
  offer();
  await expect(at(1)).rejects.toThrow('no limit for outages');
});

test('a limit is refused that another store signed, or that is of another provider', async () => {
  offer({ number: 1, staleSeconds: 60, signer: await createStranger() });
  await expect(at(0)).rejects.toThrow('not genuine');
  offer({ number: 1, staleSeconds: 60, providerId: idOf('other') });
  await expect(at(0)).rejects.toThrow('another provider');
});
