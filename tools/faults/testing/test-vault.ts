import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { bundleProgram } from '@secret-store/bundle';
import { z } from 'zod';
import { freePort } from '../../start/free-port.ts';
import { eventually } from '../../start/testing/launched-store.ts';
import { TestProcess } from './test-process.ts';

/** A vault that is a process of its own. */
export interface TestVault {
  readonly address: string;
  /** two for a provider: one takes the place of the other */
  readonly tokens: readonly [string, string];
  /** SIGSTOP: it takes connections, and answers nothing */
  hold(): void;
  release(): void;
  seal(): Promise<void>;
  unseal(): Promise<void>;
  revoke(token: string): Promise<void>;
  kill(): Promise<void>;
  remove(): Promise<void>;
}

const Started = z.object({ address: z.string(), tokens: z.tuple([z.string(), z.string()]) });

/** The fake, which speaks the wire format. */
export const startFakeVault = async (): Promise<TestVault> => {
  const program = await bundleProgram('tools/faults/testing/fake-vault-program.ts', 'dist/test/fake-vault.mjs');
  const server = new TestProcess({ command: [process.execPath, program], environment: () => ({}) });
  const { address, tokens } = Started.parse(await server.start());
  const order = (message: object): Promise<void> => server.ask(message);
  return {
    ...{ address, tokens },
    hold: () => server.hold(),
    release: () => server.release(),
    seal: () => order({ type: 'state', state: 'sealed' }),
    unseal: () => order({ type: 'state', state: 'active' }),
    revoke: (token) => order({ type: 'revoke', token }),
    kill: () => server.kill(),
    remove: () => server.kill(),
  };
};

const Created = z.object({ auth: z.object({ client_token: z.string() }) });
const rootToken = 'root';

/** A server of its own, in memory. @param program `bao` or `vault` */
export const startRealVault = async (program: string): Promise<TestVault> => {
  const home = await mkdtemp(path.join(tmpdir(), 'secret-store-vault-'));
  const listener = `127.0.0.1:${await freePort()}`;
  const address = `http://${listener}`;
  const words = ['server', '-dev', '-dev-no-store-token', `-dev-root-token-id=${rootToken}`];
  const server = new TestProcess({
    command: [program, ...words, `-dev-listen-address=${listener}`],
    environment: () => ({ PATH: process.env.PATH, HOME: home }),
  });
  const ended = once(server.launch(), 'exit');
  const ask = async (target: string, body: object = {}): Promise<unknown> => {
    const headers = { 'x-vault-token': rootToken, 'content-type': 'application/json' };
    const answer = await fetch(`${address}/v1/${target}`, { method: 'PUT', headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${target}: ${answer.status}`);
    return answer.status === 204 ? null : answer.json();
  };
  const newToken = async () => Created.parse(await ask('auth/token/create')).auth.client_token;
  await eventually(() => newToken().catch(() => null));
  const key = await eventually(async () => /Unseal Key: (\S+)/.exec(server.said)?.[1] ?? null);
  return {
    address,
    tokens: [await newToken(), await newToken()],
    hold: () => server.hold(),
    release: () => server.release(),
    seal: async () => void (await ask('sys/seal')),
    unseal: async () => void (await ask('sys/unseal', { key })),
    revoke: async (token) => void (await ask('auth/token/revoke', { token })),
    kill: () => server.kill(),
    remove: async () => {
      await server.kill();
      await ended;
      await rm(home, { recursive: true, force: true });
    },
  };
};
