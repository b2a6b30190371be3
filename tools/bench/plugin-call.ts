// A call on a plugin in its sandbox beside the same call in this process, and what a process costs to start and to keep.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import {
  detectIsolation,
  type Isolation,
  type PluginModule,
  readPluginModule,
  type RunningPlugin,
  startPlugin,
  writeModuleFile,
} from '@secret-store/plugin-host';
import type { SecretContext, SecretProvider } from '@secret-store/provider-sdk';
import { type Memory, memoryOfChildren } from './process-memory.ts';

export const name = 'plugin-call';

// built to dist/tools/bench
const sandboxDirectory = path.resolve(import.meta.dirname, '../../libs/plugin-host');
const silent = { info: () => {}, warn: () => {} };
const warmUpCalls = 2_000;
const measuredCalls = 10_000;
const measuredStarts = 10;
const callsInFlight = 64;
const measuredInFlight = 64 * 500;

const source = `
export class BenchFactory {
  create() {
    return {
      createSecret: (value, context) => ({ getProviderKey: () => context.secretId }),
      updateSecret: () => 'version',
      deleteSecret: () => true,
      allowsCreate: () => true,
      allowsUpdate: () => true,
      allowsDelete: () => true,
      getSecret: () => ({ getValue: () => 'a value of twenty-eight bytes', getTtl: () => 0 }),
      getSecretVersion: () => 'version',
      secretLastUpdated: () => new Date(),
      getTtl: () => 0,
    };
  }
}`;

const context: SecretContext = {
  secretId: 'secret',
  algorithmId: 'algorithm',
  environmentVariable: 'VALUE',
  version: 1,
};
const identifier = { getProviderKey: () => 'key' };

const benchModule = (): Promise<PluginModule> =>
  readPluginModule(
    writeModuleFile(
      new Map([
        [
          'package.json',
          Buffer.from(
            JSON.stringify({
              name: 'bench',
              version: '1.0.0',
              secretProvider: {
                interfaceVersion: '1.0.0',
                entry: 'plugin.mjs',
                factories: { BenchFactory: { displayName: 'Bench' } },
              },
            }),
          ),
        ],
        ['plugin.mjs', Buffer.from(source)],
      ]),
    ),
  );

const start = (module: PluginModule, isolation: Isolation): Promise<RunningPlugin> =>
  startPlugin({
    spec: { providerId: 'bench', module, factoryClassName: 'BenchFactory', configuration: new Map() },
    isolation,
    sandboxDirectory,
    log: silent,
  });

const inProcess = async (): Promise<SecretProvider> => {
  const module: { BenchFactory: new () => { create(): SecretProvider } } = await import(
    `data:text/javascript,${encodeURIComponent(source)}`
  );
  return new module.BenchFactory().create();
};

interface Percentiles {
  readonly p50: number;
  readonly p99: number;
}

const percentiles = (samples: number[]): Percentiles => {
  const sorted = samples.toSorted((one, other) => one - other);
  const at = (part: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
  return { p50: at(0.5), p99: at(0.99) };
};

/** Microseconds of `getSecret`, one call after the other. */
const callTimes = async (provider: SecretProvider): Promise<Percentiles> => {
  const samples: number[] = [];
  for (let call = 0; call < warmUpCalls + measuredCalls; call += 1) {
    const started = performance.now();
    await provider.getSecret(identifier, context);
    if (call >= warmUpCalls) samples.push((performance.now() - started) * 1000);
  }
  return percentiles(samples);
};

/** Milliseconds until a new process has made its provider. */
const startTimes = async (module: PluginModule, isolation: Isolation): Promise<Percentiles> => {
  const samples: number[] = [];
  for (let count = 0; count < measuredStarts; count += 1) {
    const started = performance.now();
    const plugin = await start(module, isolation);
    samples.push(performance.now() - started);
    await plugin.close();
  }
  return percentiles(samples);
};

/** Calls a second, with 64 in flight all the time. */
const callRate = async (provider: SecretProvider): Promise<number> => {
  let left = warmUpCalls + measuredInFlight;
  let started = 0;
  const callAgain = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      if (left === measuredInFlight) started = performance.now();
      await provider.getSecret(identifier, context);
    }
  };
  await Promise.all(Array.from({ length: callsInFlight }, callAgain));
  return measuredInFlight / ((performance.now() - started) / 1000);
};

const bareNodeMemory = async (): Promise<Memory> => {
  const child = spawn(process.execPath, ['--input-type=module', '-e', 'console.log(); setInterval(() => {}, 60_000)'], {
    env: {},
  });
  await once(child.stdout, 'data');
  const memory = memoryOfChildren();
  child.kill('SIGKILL');
  await once(child, 'exit');
  return memory;
};

const bareNodeStart = (): Percentiles => {
  const samples = Array.from({ length: measuredStarts }, () => {
    const started = performance.now();
    spawnSync(process.execPath, ['--input-type=module', '-e', ''], { env: {}, stdio: 'ignore' });
    return performance.now() - started;
  });
  return percentiles(samples);
};

const row = (what: string, value: number, unit: string, floor: number, floorName: string) => ({
  what,
  value: value.toFixed(1),
  unit,
  ratio: `${(value / floor).toFixed(1)} × ${floorName} (${floor.toFixed(1)} ${unit})`,
});

export const run = async () => {
  const isolation = await detectIsolation({ setting: 'auto', sandboxDirectory });
  const module = await benchModule();
  const plugin = await start(module, isolation);
  const idle = memoryOfChildren();
  const sandboxed = await callTimes(plugin);
  const sandboxedRate = await callRate(plugin);
  const busy = memoryOfChildren();
  await plugin.close();
  const direct = await callTimes(await inProcess());
  const starts = await startTimes(module, isolation);
  const bare = bareNodeStart();
  const bareMemory = await bareNodeMemory();
  return [
    row(`getSecret in the sandbox (${isolation.mode}), p50`, sandboxed.p50, 'µs', direct.p50, 'in process'),
    row('getSecret in the sandbox, p99', sandboxed.p99, 'µs', direct.p99, 'in process'),
    row(`getSecret with ${callsInFlight} in flight`, sandboxedRate, '/s', 1_000_000 / sandboxed.p50, 'one at a time'),
    row('start of a plugin, p50', starts.p50, 'ms', bare.p50, 'bare node'),
    row('start of a plugin, slowest of 10', starts.p99, 'ms', bare.p99, 'bare node'),
    row('memory of a plugin, proportional (PSS)', idle.proportional, 'MiB', bareMemory.proportional, 'bare node'),
    row('memory of a plugin, resident (RSS)', idle.resident, 'MiB', bareMemory.resident, 'bare node'),
    row('memory after these calls, proportional (PSS)', busy.proportional, 'MiB', bareMemory.proportional, 'bare node'),
  ];
};
