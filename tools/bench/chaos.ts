// Kills the store's processes at random while commands run with its secrets and values are written.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { FakeVault } from '@secret-store/provider-vault/testing';
import { z } from 'zod';
import { withBenchStore, type BenchStore } from './helpers/bench-store.ts';
import { figure, percentile, sharedCores, type Figure } from './helpers/figures.ts';
import { expectDone, idIn, owner } from './helpers/store-client.ts';
import { kill, type Victim, victims } from './helpers/victims.ts';

// built to dist/tools/bench
const root = path.resolve(import.meta.dirname, '../../..');
const seconds = Number(process.env.BENCH_CHAOS_SECONDS ?? 120);
const calmSeconds = 30;
const callers = 4;
const shortestPauseMilliseconds = 2_000;
const pauseSpreadMilliseconds = 4_000;

export const run = async (): Promise<readonly Figure[]> => {
  const vault = await FakeVault.start();
  try {
    return await withBenchStore(async (store) => {
      const places = [await place(store, 'with-values', null), await place(store, 'in-a-vault', vault)];
      const calm = await observe(store, places, { seconds: calmSeconds, kills: new Map() });
      const kills = new Map<Victim, number>();
      const chaos = await observe(store, places, { seconds, kills });
      const lost = await lostWrites(store, places);
      return [
        sharedCores(),
        ...figuresOf('without kills', calm, ''),
        ...[...kills].map(([victim, count]) => ({ what: `kill -9: ${victim}`, value: String(count), unit: '' })),
        ...figuresOf('during kills', chaos, 'aim: 99 %'),
        { what: 'acknowledged writes', value: String(places.reduce((sum, { writes }) => sum + writes, 0)), unit: '' },
        { what: 'acknowledged writes that were lost', value: String(lost), unit: '', ratio: 'aim: none' },
      ];
    });
  } finally {
    await vault.close();
  }
};

/** An algorithm with one secret, whose value is the number of the write. */
interface Place {
  readonly algorithmId: string;
  readonly name: string;
  readonly secretId: string;
  sent: number;
  acknowledged: number;
  writes: number;
}

const Provider = z.object({ id: z.string() });

const addVault = async ({ client, origin, headers }: BenchStore, vault: FakeVault): Promise<string> => {
  const answer = await client.call('POST', '/v1/admin/secret-provider', {
    name: 'Vault',
    description: '',
    factoryClassName: 'VaultSecretProviderFactory',
    interfaceVersion: '1.0.0',
    isEnabled: true,
    isDefault: false,
    configuration: { vault_addr: vault.address, vault_token: vault.token, vault_secret_path: 'secret/store' },
  });
  const { id } = Provider.parse(JSON.parse(expectDone(answer).body));
  const form = new FormData();
  const module = readFileSync(path.join(root, 'dist/plugins/secret-store-provider-vault.tgz'));
  form.append('provider', new Blob([new Uint8Array(module)]), 'vault.tgz');
  const uploaded = await fetch(`${origin}/v1/admin/plugins/secret-provider/${id}`, {
    method: 'POST',
    headers,
    body: form,
  });
  if (!uploaded.ok) throw new Error(`the module was not taken: ${await uploaded.text()}`);
  return id;
};

const place = async (store: BenchStore, name: string, vault: FakeVault | null): Promise<Place> => {
  const { client } = store;
  const providerId = vault === null ? undefined : await addVault(store, vault);
  const algorithmId = idIn(await client.call('POST', '/v1/algorithms', { owner, name }));
  const created = await client.call('POST', `/v1/algorithms/${algorithmId}/secrets`, {
    short_name: 'number',
    description: '',
    owner_type: 'algorithm',
    owner_id: algorithmId,
    secret_key: 'NUMBER',
    secret_value: '0',
    ...(providerId !== undefined && { provider_id: providerId }),
  });
  return { algorithmId, name, secretId: idIn(created), sent: 0, acknowledged: 0, writes: 0 };
};

interface Observed {
  readonly milliseconds: number[];
  readonly failures: Map<string, number>;
  /** ended with a value from before what was acknowledged when they began */
  outdated: number;
}

interface Period {
  readonly seconds: number;
  /** counted by what was killed; none is killed where it is the calm */
  readonly kills: Map<Victim, number>;
}

const observe = async (store: BenchStore, places: readonly Place[], period: Period): Promise<Observed> => {
  const observed: Observed = { milliseconds: [], failures: new Map(), outdated: 0 };
  const ends = performance.now() + period.seconds * 1000;
  const isOver = () => performance.now() >= ends;
  await Promise.all([
    ...Array.from({ length: callers }, (_, index) => call(store, places[index % places.length], observed, isOver)),
    ...places.map((each) => write(store, each, isOver)),
    ...(period.seconds === calmSeconds ? [] : [killAtRandom(store, period.kills, isOver)]),
  ]);
  return observed;
};

type IsOver = () => boolean;

const call = async (store: BenchStore, at: Place | undefined, observed: Observed, isOver: IsOver): Promise<void> => {
  while (at !== undefined && !isOver()) {
    const { acknowledged } = at;
    const started = performance.now();
    const { code, output, message } = await printNumber(store, at);
    if (code === 0) observed.milliseconds.push(performance.now() - started);
    else observed.failures.set(message, (observed.failures.get(message) ?? 0) + 1);
    if (code === 0 && Number(output) < acknowledged) observed.outdated += 1;
  }
};

const printNumber = ({ dataDirectory }: BenchStore, { name }: Place) =>
  new Promise<{ readonly code: unknown; readonly output: string; readonly message: string }>((resolve) => {
    const words = ['exec', `${owner}/${name}`, '--', 'printenv', 'NUMBER'];
    const env = { PATH: process.env.PATH, HOME: process.env.HOME, SECRET_STORE_DATA_DIR: dataDirectory };
    execFile(path.join(root, 'tools/secret-store'), words, { env }, (error, output, errors) =>
      resolve({ code: error === null ? 0 : error.code, output, message: errors.trim() }),
    );
  });

/** One write after the other. One that fails may have been done all the same. */
const write = async ({ client }: BenchStore, at: Place, isOver: IsOver): Promise<void> => {
  while (!isOver()) {
    at.sent += 1;
    const number = at.sent;
    const answer = await client
      .call('PUT', `/v1/algorithms/${at.algorithmId}/secrets/${at.secretId}`, {
        short_name: 'number',
        description: '',
        secret_value: String(number),
      })
      .catch(() => null);
    if (answer?.status === 200) {
      at.acknowledged = number;
      at.writes += 1;
    }
    await delay(200);
  }
};

const killAtRandom = async (store: BenchStore, kills: Map<Victim, number>, isOver: IsOver): Promise<void> => {
  while (!isOver()) {
    await delay(shortestPauseMilliseconds + Math.random() * pauseSpreadMilliseconds);
    const victim = victims[Math.floor(Math.random() * victims.length)] ?? 'backend';
    if (kill(victim, store.dataDirectory)) kills.set(victim, (kills.get(victim) ?? 0) + 1);
  }
};

/** When all is back. */
const lostWrites = async (store: BenchStore, places: readonly Place[]): Promise<number> => {
  while (!(await fetch(`${store.origin}/readyz`).catch(() => null))?.ok) await delay(100);
  const read = await Promise.all(places.map(async (each) => Number((await printNumber(store, each)).output)));
  return places.filter(({ acknowledged }, index) => !((read[index] ?? Number.NaN) >= acknowledged)).length;
};

const figuresOf = (when: string, { milliseconds, failures, outdated }: Observed, aim: string): readonly Figure[] => {
  const failed = [...failures.values()].reduce((sum, count) => sum + count, 0);
  const total = milliseconds.length + failed;
  return [
    figure(`exec ${when} that succeeded, of ${total}`, (milliseconds.length / total) * 100, '%', aim),
    figure(`exec ${when}, p50`, percentile(milliseconds, 0.5), 'ms'),
    figure(`exec ${when}, p99`, percentile(milliseconds, 0.99), 'ms'),
    { what: `exec ${when} with an outdated value`, value: String(outdated), unit: '', ratio: 'aim: none' },
    ...[...failures].map(([message, count]) => ({ what: message.slice(0, 160), value: String(count), unit: '' })),
  ];
};
