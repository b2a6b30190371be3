import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { peopleOf } from '../../http/testing/people.ts';
import { startTestBackend, type TestBackend } from '../../http/testing/test-backend.ts';
import { relyingPartyOf } from '../passkeys/relying-party.ts';
import { type Odd, SoftPasskey } from '../passkeys/testing/soft-passkey.ts';

let backend: TestBackend;
let people: ReturnType<typeof peopleOf>;

beforeAll(async () => {
  backend = await startTestBackend();
  people = peopleOf(backend);
});
afterAll(() => backend.close());

type Headers = Readonly<Record<string, string>>;
const Answer = z.object({ result: z.object({ data: z.unknown() }) });
const site = { origin: 'http://localhost:4000', rpId: 'localhost' };

const ask = async (headers: Headers, name: string, input: unknown) => {
  const answer = await backend.request({
    ...{ method: 'POST', url: `/api/trpc/${name}`, payload: JSON.stringify(input ?? {}) },
    headers: { host: 'localhost:4000', 'content-type': 'application/json', ...headers },
  });
  const data = Answer.safeParse(answer.json).data?.result.data;
  return { status: answer.status, data, cookie: String(answer.headers['set-cookie']).split(';')[0] ?? '' };
};

const challengeIn = (data: unknown): string => z.object({ challenge: z.string() }).parse(data).challenge;

const addPerson = async (username: string) => {
  const { password } = await people.add(username);
  const { headers } = await people.signIn(username, password);
  const startRegistration = async () => challengeIn((await ask(headers, 'passkeys.start', { current: password })).data);
  const register = async (name: string, odd: Odd = {}) => {
    const passkey = new SoftPasskey(site);
    const response = passkey.register(await startRegistration(), odd);
    const { status } = await ask(headers, 'passkeys.add', { name, response });
    return { passkey, status };
  };
  return { username, password, headers, startRegistration, register };
};

/** A browser that is about to sign in. */
const startSignIn = async () => {
  const { data, cookie } = await ask({}, 'session.startPasskey', undefined);
  return { challenge: challengeIn(data), headers: { cookie } };
};

const signInWith = async (passkey: SoftPasskey, odd: Odd = {}) => {
  const { challenge, headers } = await startSignIn();
  return ask(headers, 'session.signInWithPasskey', passkey.signIn(challenge, odd));
};

const sql = (text: string, values: unknown[]) => backend.deps.db.pool.query(text, values);
const rowOf = async (credentialId: string) =>
  (await sql('SELECT * FROM passkey WHERE "credentialId" = $1', [credentialId])).rows[0];

describe('a passkey', () => {
  it('signs in by itself, is listed with its last use, and no longer works when it is removed', async () => {
    const ada = await addPerson('ada');
    const [{ passkey }, { passkey: other }] = [await ada.register('laptop'), await ada.register('key')];
    const signedIn = await signInWith(passkey);
    expect([signedIn.status, signedIn.data]).toMatchObject([200, { username: 'ada' }]);
    expect((await people.call({ cookie: signedIn.cookie }, 'GET', '/v1/me')).json).toMatchObject({ username: 'ada' });
    const listed = await backend.request({ url: '/api/trpc/passkeys.list', headers: ada.headers });
    const { results } = z
      .object({ results: z.array(z.object({ id: z.string(), name: z.string(), lastUsed: z.string().nullable() })) })
      .parse(Answer.parse(listed.json).result.data);
    expect(results.map(({ name, lastUsed }) => [name, lastUsed !== null])).toEqual([
      ['key', false],
      ['laptop', true],
    ]);
    await ask(ada.headers, 'passkeys.remove', { passkeyId: results[1]?.id });
    expect([(await signInWith(passkey)).status, (await signInWith(other)).status]).toEqual([401, 200]);
  });

  it('is not added by a session alone, nor from another place, nor without asking the person', async () => {
    const bea = await addPerson('bea');
    expect((await ask(bea.headers, 'passkeys.start', { current: 'not-the-password' })).status).toBe(400);
    const wrong: Odd[] = [{ origin: 'http://localhost:4001' }, { rpId: 'example.org' }, { isUnverified: true }];
    for (const odd of wrong) expect((await bea.register('x', odd)).status).toBe(400);
    // the challenge of another person, of a sign-in, and one that nobody made
    const cleo = await addPerson('cleo');
    const challenges = [await cleo.startRegistration(), (await startSignIn()).challenge, 'AAAA'];
    for (const challenge of challenges) {
      const response = new SoftPasskey(site).register(challenge);
      expect((await ask(bea.headers, 'passkeys.add', { name: 'x', response })).status).toBe(400);
    }
    expect((await bea.register('laptop')).status).toBe(200);
  });

  it('is refused from another place, without asking the person, with a lower counter, and for another person', async () => {
    const dora = await addPerson('dora');
    const { passkey } = await dora.register('laptop');
    expect((await signInWith(passkey)).status).toBe(200);
    const wrong: Odd[] = [
      ...[{ origin: 'http://127.0.0.1:4000' }, { origin: 'https://localhost:4000' }, { rpId: 'example.org' }],
      ...[{ isUnverified: true }, { counter: 1 }, { userHandle: Buffer.from('another').toString('base64url') }],
    ];
    for (const odd of wrong) expect([odd, (await signInWith(passkey, odd)).status]).toEqual([odd, 401]);
    const { challenge, headers } = await startSignIn();
    const forged = { ...new SoftPasskey(site).signIn(challenge), id: passkey.id, rawId: passkey.id };
    expect((await ask(headers, 'session.signInWithPasskey', forged)).status).toBe(401);
    expect((await signInWith(passkey)).status).toBe(200);
  });

  it('answers a challenge once, in the browser that it was made for, and none from before', async () => {
    const eve = await addPerson('eve');
    const { passkey } = await eve.register('laptop');
    const earlier = await startSignIn();
    const used = await startSignIn();
    const response = passkey.signIn(used.challenge);
    expect((await ask(earlier.headers, 'session.signInWithPasskey', response)).status).toBe(401);
    expect((await ask({}, 'session.signInWithPasskey', response)).status).toBe(401);
    expect((await ask(used.headers, 'session.signInWithPasskey', response)).status).toBe(200);
    expect((await ask(used.headers, 'session.signInWithPasskey', response)).status).toBe(401);
    const again = passkey.signIn(used.challenge);
    expect((await ask(used.headers, 'session.signInWithPasskey', again)).status).toBe(401);
    const late = passkey.signIn(earlier.challenge);
    expect((await ask(earlier.headers, 'session.signInWithPasskey', late)).status).toBe(401);
  });

  it('does not let a disabled user in, and is removed when an administrator sets a password', async () => {
    const fay = await addPerson('fay');
    const { passkey } = await fay.register('laptop');
    await backend.asAdministrator('PUT', '/v1/admin/users/fay', { isEnabled: false });
    expect((await signInWith(passkey)).status).toBe(401);
    await backend.asAdministrator('PUT', '/v1/admin/users/fay', { isEnabled: true });
    expect((await signInWith(passkey)).status).toBe(200);
    await backend.asAdministrator('PUT', '/v1/admin/users/fay', { password: 'set-by-an-administrator' });
    expect((await signInWith(passkey)).status).toBe(401);
  });

  it('does not let in from an address that the role does not work from, which the audit tells', async () => {
    const { register } = await addPerson('lou');
    const { passkey } = await register('Laptop');
    const bind = async (addresses: readonly string[]) =>
      (await ask(people.administrator, 'users.setRoleAddresses', { role: 'user', addresses })).status;
    expect(await bind(['192.0.2.7'])).toBe(200);
    expect((await signInWith(passkey)).status).toBe(403);
    expect(await bind([])).toBe(200);
    const events = await backend.asAdministrator('GET', '/v1/admin/audit?action=session.refuse&subject=lou');
    expect(events.json).toMatchObject({ results: [{ outcome: 'refused', subject: { name: 'lou' } }] });
  });

  it('counts for nothing when its row is moved, put back or taken from before', async () => {
    const [gus, hal] = [await addPerson('gus'), await addPerson('hal')];
    const { passkey } = await gus.register('laptop');
    const before = await rowOf(passkey.id);
    const { userId } = z.object({ userId: z.string() }).parse(await rowOf((await hal.register('key')).passkey.id));
    await sql('UPDATE passkey SET "userId" = $1 WHERE "credentialId" = $2', [userId, passkey.id]);
    expect((await signInWith(passkey)).status).toBe(401);
    await sql('UPDATE passkey SET "userId" = $1 WHERE "credentialId" = $2', [before.userId, passkey.id]);
    expect((await signInWith(passkey)).status).toBe(200);
    // the counter of before
    await sql('UPDATE passkey SET counter = $1, "challengedAt" = $2 WHERE "credentialId" = $3', [
      ...['0', before.challengedAt, passkey.id],
    ]);
    expect((await signInWith(passkey)).status).toBe(401);
  });
});

it('passkeys are for a name: of the public address, or localhost', () => {
  expect(relyingPartyOf('https://store.example.org')).toEqual({
    ...{ id: 'store.example.org', origin: 'https://store.example.org' },
  });
  for (const host of ['127.0.0.1', 'localhost', '[::1]'])
    expect(relyingPartyOf(`http://${host}:4000`)).toEqual({ id: 'localhost', origin: 'http://localhost:4000' });
  for (const origin of ['https://192.0.2.1', 'https://[2001:db8::1]', 'http://store.example.org'])
    expect(relyingPartyOf(origin)).toBeNull();
});
