import { type Actor, NewPasskey } from '@secret-store/api';
import { Secret, TOTP } from 'otpauth';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { z } from 'zod';
import type { Dependencies } from '../../dependencies.ts';
import { peopleOf } from '../../http/testing/people.ts';
import { startTestBackend, type TestBackend } from '../../http/testing/test-backend.ts';
import { createPersonalKey } from '../credentials/create-personal-key.ts';
import { addPasskey } from '../passkeys/add-passkey.ts';
import { relyingPartyOf } from '../passkeys/relying-party.ts';
import { SoftPasskey } from '../passkeys/testing/soft-passkey.ts';
import { confirmSecondFactor } from '../second-factor/confirm-second-factor.ts';
import { linkIdentity } from '../single-sign-on/link-identity.ts';

let backend: TestBackend;
let people: ReturnType<typeof peopleOf>;
let username: string;
let actor: Actor;
let start: (name: string) => Promise<unknown>;
let count = 0;

beforeAll(async () => {
  backend = await startTestBackend();
  people = peopleOf(backend);
});
afterAll(() => backend.close());

const Answer = z.object({ result: z.object({ data: z.unknown() }) });

const ask = async (headers: Readonly<Record<string, string>>, name: string, input: object) => {
  const answer = await backend.request({
    ...{ method: 'POST', url: `/api/trpc/${name}`, payload: JSON.stringify(input) },
    headers: { ...headers, host: 'localhost:4000', 'content-type': 'application/json' },
  });
  return Answer.parse(answer.json).result.data;
};

beforeEach(async () => {
  count += 1;
  username = `person-${count}`;
  const { password } = await people.add(username);
  const { headers } = await people.signIn(username, password);
  start = (name) => ask(headers, name, { current: password });
  const { id } = await backend.deps.db.prisma.user.findUniqueOrThrow({ where: { username } });
  const [session] = await backend.deps.ledger.find('session', { userId: id });
  actor = { userId: id, username, role: 'user', sessionId: session?.id };
});

/** Between the request and its change, an administrator sets a password, which ends all sessions. */
const depsWithSessionEnded = (): Dependencies => {
  const { deps } = backend;
  const transaction: typeof deps.db.transaction = async (...parameters) => {
    await backend.asAdministrator('PUT', `/v1/admin/users/${username}`, { password: 'another-password' });
    return deps.db.transaction(...parameters);
  };
  return { ...deps, db: { ...deps.db, transaction } };
};

it('an API key is not made by a session that ends meanwhile', async () => {
  const making = createPersonalKey(depsWithSessionEnded(), actor, username, { name: 'Late' });
  await expect(making).rejects.toMatchObject({ status: 401 });
  expect(await backend.deps.ledger.find('apiKey', { name: 'Late' })).toEqual([]);
});

it('a passkey is not added by one', async () => {
  const passkey = new SoftPasskey({ origin: 'http://localhost:4000', rpId: 'localhost' });
  const { challenge } = z.object({ challenge: z.string() }).parse(await start('passkeys.start'));
  const response = NewPasskey.shape.response.parse(passkey.register(challenge));
  const adding = addPasskey(
    depsWithSessionEnded(),
    actor,
    { name: 'Late', response },
    relyingPartyOf('http://localhost:4000'),
  );
  await expect(adding).rejects.toMatchObject({ status: 401 });
  expect(await backend.deps.ledger.find('passkey', { userId: actor.userId })).toEqual([]);
});

it('an authenticator app is not set up by one', async () => {
  const { key, setup } = z.object({ key: z.string(), setup: z.string() }).parse(await start('secondFactor.start'));
  const code = new TOTP({ secret: Secret.fromBase32(key) }).generate();
  await expect(confirmSecondFactor(depsWithSessionEnded(), actor, { setup, code })).rejects.toMatchObject({
    status: 401,
  });
  expect(await backend.deps.ledger.find('secondFactor', { userId: actor.userId })).toEqual([]);
});

it('an identity is not linked by one', async () => {
  const made = await ask(people.administrator, 'signInConnections.create', {
    ...{ kind: 'oidc', name: 'company', displayName: 'Company', issuer: 'https://id.example.org' },
    ...{ clientSecret: 'a-secret', settings: { clientId: 'secret-store' } },
  });
  const { id: connectionId } = z.object({ id: z.uuid() }).parse(made);
  const outsider = { connectionId, subject: 'late', username, displayName: null, email: null, groups: [] };
  await expect(linkIdentity(depsWithSessionEnded(), actor, outsider, new Date())).rejects.toMatchObject({
    status: 401,
  });
  expect(await backend.deps.ledger.find('identity', { userId: actor.userId })).toEqual([]);
});
