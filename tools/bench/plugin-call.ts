// A call on a plugin in its sandbox beside the same call in this process and beside a bare pipe, and what a process costs
// to start and to keep.
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
import { openBarePipe } from './processes/bare-pipe.ts';
import { type Memory, memoryOfChildren } from './processes/process-memory.ts';

export const name = 'plugin-call';

// built to dist/tools/bench
const sandboxDirectory = path.resolve(import.meta.dirname, '../../libs/plugin-host');
const silent = { info: () => {}, warn: () => {} };
const callsInATurn = 500;
const warmUpTurns = 4;
const measuredTurns = 20;
const warmUpCalls = 2_000;
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
/** the question, two lengths and JSON, is longer than the answer */
const frameBytes = 8 + JSON.stringify([10_000, 'getSecret', 'key', null, ...Object.values(context)]).length;

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

/** Microseconds of each way to call, one call after the other, in turns: what disturbs one disturbs all. */
const callTimes = async <Way extends string>(
  ways: Readonly<Record<Way, () => unknown>>,
): Promise<Readonly<Record<Way, Percentiles>>> => {
  const entries = Object.entries<() => unknown>(ways).map(([way, call]) => ({
    way,
    call,
    samples: new Array<number>(),
  }));
  for (let turn = 0; turn < warmUpTurns + measuredTurns; turn += 1) {
    for (const { call, samples } of entries) {
      for (let count = 0; count < callsInATurn; count += 1) {
        const started = performance.now();
        await call();
        if (turn >= warmUpTurns) samples.push((performance.now() - started) * 1000);
      }
    }
  }
  // each way is in it
  return Object.fromEntries(entries.map(({ way, samples }) => [way, percentiles(samples)])) as Record<Way, Percentiles>;
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
  const pipe = openBarePipe(frameBytes);
  const direct = await inProcess();
  const call = await callTimes({
    sandboxed: () => plugin.getSecret(identifier, context),
    pipe: () => pipe.roundTrip(),
    direct: () => direct.getSecret(identifier, context),
  });
  await pipe.close();
  const sandboxedRate = await callRate(plugin);
  const busy = memoryOfChildren();
  await plugin.close();
  const starts = await startTimes(module, isolation);
  const bare = bareNodeStart();
  const bareMemory = await bareNodeMemory();
  return [
    row(`getSecret in the sandbox (${isolation.mode}), p50`, call.sandboxed.p50, 'µs', call.pipe.p50, 'bare pipe'),
    row('getSecret in the sandbox, p99', call.sandboxed.p99, 'µs', call.pipe.p99, 'bare pipe'),
    row('getSecret in the sandbox, p50', call.sandboxed.p50, 'µs', call.direct.p50, 'in process'),
    row(
      `getSecret with ${callsInFlight} in flight`,
      sandboxedRate,
      '/s',
      1_000_000 / call.sandboxed.p50,
      'one at a time',
    ),
    row('start of a plugin, p50', starts.p50, 'ms', bare.p50, 'bare node'),
    row('start of a plugin, slowest of 10', starts.p99, 'ms', bare.p99, 'bare node'),
    row('memory of a plugin, proportional (PSS)', idle.proportional, 'MiB', bareMemory.proportional, 'bare node'),
    row('memory of a plugin, resident (RSS)', idle.resident, 'MiB', bareMemory.resident, 'bare node'),
    row('memory after these calls, proportional (PSS)', busy.proportional, 'MiB', bareMemory.proportional, 'bare node'),
  ];
};
