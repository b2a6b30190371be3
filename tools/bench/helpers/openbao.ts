import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { freePort } from '../../start/free-port.ts';
import { openHttpClient, type HttpAnswer, type HttpClient } from './http-client.ts';
import { expectDone } from './store-client.ts';

const Initialized = z.object({ keys: z.array(z.string()).min(1), root_token: z.string() });

/** OpenBao with one raft node whose files are on disk, unsealed, with KV version 2 at `secret`. */
export interface OpenBao {
  readonly read: (name: string) => Promise<HttpAnswer>;
  readonly write: (name: string, value: string) => Promise<HttpAnswer>;
}

/** Runs the work beside a server of its own, which is the program `binary`, then removes the server. */
export const withOpenBao = async <T>(binary: string, work: (openBao: OpenBao) => Promise<T>): Promise<T> => {
  const directory = await mkdtemp(path.join(tmpdir(), 'openbao-bench-'));
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const server = spawn(binary, ['server', `-config=${await writeConfiguration(directory, port)}`], {
    env: { PATH: process.env.PATH, HOME: directory },
    stdio: 'ignore',
  });
  const ended = once(server, 'exit');
  const failed = ended.then(
    ([code]) => Promise.reject(new Error(`${binary} server ended with ${String(code)}`)),
    (error: unknown) => Promise.reject(new Error(`${binary} does not run`, { cause: error })),
  );
  const clients: HttpClient[] = [];
  try {
    return await Promise.race([failed, unsealed(origin, clients).then((client) => work(keyValueOf(client)))]);
  } finally {
    for (const client of clients) client.close();
    if (server.pid !== undefined && server.exitCode === null) {
      server.kill('SIGTERM');
      await ended;
    }
    await rm(directory, { recursive: true, force: true });
  }
};

const writeConfiguration = async (directory: string, port: number): Promise<string> => {
  const storage = path.join(directory, 'raft');
  await mkdir(storage);
  const file = path.join(directory, 'openbao.json');
  const configuration = {
    storage: { raft: { path: storage, node_id: 'bench' } },
    listener: { tcp: { address: `127.0.0.1:${port}`, tls_disable: true } },
    api_addr: `http://127.0.0.1:${port}`,
    cluster_addr: `http://127.0.0.1:${await freePort()}`,
  };
  await writeFile(file, JSON.stringify(configuration));
  return file;
};

const unsealed = async (origin: string, clients: HttpClient[]): Promise<HttpClient> => {
  const open = (headers: Readonly<Record<string, string>>) => {
    const client = openHttpClient(origin, headers);
    clients.push(client);
    return client;
  };
  const anyone = open({});
  const init = () => anyone.call('PUT', '/v1/sys/init', { secret_shares: 1, secret_threshold: 1 });
  const { keys, root_token: token } = Initialized.parse(JSON.parse((await onceDone(init)).body));
  expectDone(await anyone.call('PUT', '/v1/sys/unseal', { key: keys[0] }));
  const root = open({ 'x-vault-token': token });
  await onceDone(() => root.call('POST', '/v1/sys/mounts/secret', { type: 'kv', options: { version: '2' } }));
  // a new mount refuses writes for a moment
  await onceDone(() => keyValueOf(root).write('first', 'value'));
  return root;
};

const keyValueOf = (client: HttpClient): OpenBao => ({
  read: (name) => client.call('GET', `/v1/secret/data/${name}`),
  write: (name, value) => client.call('POST', `/v1/secret/data/${name}`, { data: { value } }),
});

const onceDone = async (ask: () => Promise<HttpAnswer>): Promise<HttpAnswer> => {
  for (;;) {
    const answer = await ask().catch(() => null);
    if (answer?.status === 200 || answer?.status === 204) return answer;
    await delay(50);
  }
};
