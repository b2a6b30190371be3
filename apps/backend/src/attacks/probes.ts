import { isDeepStrictEqual } from 'node:util';
import { verifyActivation } from '@secret-store/sealing';
import { z } from 'zod';
import type { TestBackend } from '../http/testing/test-backend.ts';
import { resumePreparations } from '../preparation/preparer.ts';
import { providerFor } from '../running/provider-access.ts';
import { settleIntents } from '../secrets/settling/settler.ts';
import { readAsWorker } from '../secrets/testing/read-as-worker.ts';
import { deliver } from '../workers/delivery/deliver.ts';
import type { Prey } from './attacked-store.ts';
import { askAsWorkers, readyOnWorkers } from './fleet-of-prey.ts';
import type { WatchedPlugins } from './watched-plugins.ts';

/** What the store does when it is asked, by what was asked. Null: it refused. */
export type Answers = ReadonlyMap<string, unknown>;

const refused = (): null => null;

/** Asks the store everything that a row could decide. */
export const probe = async (backend: TestBackend, plugins: WatchedPlugins, prey: Prey): Promise<Answers> => {
  const answers = new Map<string, unknown>();
  const ask = async (name: string, headers: Readonly<Record<string, string>>, url: string) => {
    const answer = await backend.request({ method: 'GET', url, headers });
    answers.set(`${name} GET ${url}`, answer.status === 200 ? answer.json : null);
  };
  const callers = [
    ...Object.entries(prey.credentials.keys).map(([name, key]) => ({
      name: `key of ${name}`,
      headers: { authorization: `Simple ${key}` },
    })),
    ...Object.entries(prey.credentials.cookies).map(([name, cookie]) => ({
      name: `session of ${name}`,
      headers: { cookie, host: '127.0.0.1:4000' },
    })),
  ];
  for (const { name, headers } of callers) {
    await ask(name, headers, '/v1/admin/secret-provider');
    await ask(name, headers, '/v1/algorithms');
    for (const { id } of prey.algorithms) await ask(name, headers, `/v1/algorithms/${id}/secrets`);
  }
  for (const [username, password] of Object.entries(prey.credentials.passwords)) {
    const payload = { username, password };
    const answer = await backend.request({ method: 'POST', url: '/api/trpc/session.signIn', payload });
    answers.set(`sign-in of ${username}`, answer.status === 200 ? roleOf(JSON.parse(answer.text)) : null);
  }
  for (const algorithm of prey.algorithms) {
    const { owner, name } = algorithm;
    answers.set(`worker reads ${owner}/${name}`, await readAsWorker(backend, algorithm).catch(refused));
    answers.set(`configurations for ${owner}/${name}`, await configurations(backend, algorithm).catch(refused));
  }
  for (const [name, answer] of await askAsWorkers(backend, prey.credentials.workers)) answers.set(name, answer);
  answers.set('ready on workers', await readyOnWorkers(backend, prey.secrets));
  const providers = await backend.deps.db.prisma.provider.findMany({ select: { id: true }, orderBy: { id: 'asc' } });
  for (const { id } of providers) await providerFor(backend.deps, id, 'delete').catch(refused);
  await settleIntents(backend.deps, {}).catch(refused);
  await resumePreparations(backend.deps).catch(refused);
  const { started, calls } = plugins.take();
  answers.set('plugins that ran', started);
  answers.set('calls of vaults', calls);
  return answers;
};

const SignedIn = z.object({ result: z.object({ data: z.object({ userId: z.string(), role: z.string() }) }) });
const roleOf = (json: unknown) => {
  const { userId, role } = SignedIn.parse(json).result.data;
  return { userId, role };
};

const configurations = async (
  { deps, keys }: TestBackend,
  algorithm: { readonly owner: string; readonly name: string },
): Promise<unknown[]> => {
  const poolId = z.object({ poolId: z.string() }).parse(workerClaims(keys.worker.workerCertificate)).poolId;
  const { providers } = await deliver(deps, { poolId }, algorithm);
  return Object.values(providers).map(({ activation }) => verifyActivation(activation, deps.keys.verificationKey));
};

const workerClaims = ({ payload }: { readonly payload: string }): unknown =>
  JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));

/** Whether the store gives no more than it did: the same, less of it, or nothing. */
const isNoGain = (before: unknown, after: unknown): boolean => {
  if (after === null || after === undefined || isDeepStrictEqual(before, after)) return true;
  if (Array.isArray(after)) {
    return Array.isArray(before) && after.every((item) => before.some((own) => isDeepStrictEqual(own, item)));
  }
  if (typeof after !== 'object' || typeof before !== 'object' || before === null) return false;
  const own = new Map<string, unknown>(Object.entries(before));
  return Object.entries(after).every(([field, value]) => own.has(field) && isNoGain(own.get(field), value));
};

/** What the store does now that it did not do before. */
export const gains = (before: Answers, after: Answers): string[] =>
  [...after].filter(([name, answer]) => !isNoGain(before.get(name) ?? null, answer)).map(([name]) => name);
