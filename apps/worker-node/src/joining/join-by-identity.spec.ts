import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { encodeJoinIdentity, nextPoolEntry, parseJoinIdentity, PoolLog, signFounding } from '@secret-store/sealing';
import { type CryptoKey, exportJWK, generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { admitJoins } from '../fleet/admit-joins.ts';
import { askFleet } from '../fleet/update-logs.ts';
import { type FakeBackend, startFakeBackend } from '../testing/backend/fake-backend.ts';
import { FleetWorld } from '../testing/fleet-world.ts';
import { idOf } from '../testing/signed-store.ts';
import { becomeWorker } from './become-worker.ts';

const issuer = 'https://kubernetes.example';
const subject = 'system:serviceaccount:models:worker';
const audience = 'secret-store:this-one';
const identityId = idOf('identity');
let issuerKey: CryptoKey;
let strangersKey: CryptoKey;
let keySet: string;
let directory: string;
let world: FleetWorld;
let backend: FakeBackend;

beforeAll(async () => {
  const { privateKey, publicKey } = await generateKeyPair('RS256');
  issuerKey = privateKey;
  strangersKey = (await generateKeyPair('RS256')).privateKey;
  keySet = JSON.stringify({ keys: [await exportJWK(publicKey)] });
});
beforeEach(async () => {
  directory = mkdtempSync(path.join(tmpdir(), 'secret-store-identity-'));
  world = await FleetWorld.create(directory);
  backend = await startFakeBackend(world.signing);
  backend.answer = (name, input) => world.answer(name, input);
});
afterEach(async () => {
  await backend.close();
  rmSync(directory, { recursive: true });
});

/** The root says that the first pool trusts it. */
const trust = (change: { issuer?: string; keySet?: string | null } = {}): string => {
  const log = world.first;
  const identity = { issuer, audience, subject, keySet, ...change };
  log.append(nextPoolEntry(log, { kind: 'trust', identityId, ...identity }, world.rootSigner));
  return encodeJoinIdentity({
    rootFingerprint: world.root.fingerprint,
    poolId: world.firstId,
    head: log.head.hash,
    identityId,
  });
};

const claims = { iss: issuer, aud: audience, sub: subject };
const tokenOf = (change: JWTPayload = {}, { key = issuerKey, ends = '10m' } = {}): Promise<string> =>
  new SignJWT({ ...claims, ...change }).setProtectedHeader({ alg: 'RS256' }).setExpirationTime(ends).sign(key);

const letThemIn = async (): Promise<void> => {
  const member = await world.member();
  await admitJoins(member, await askFleet(member));
};

const join = (identity: string, token: string, meanwhile = letThemIn): Promise<void> =>
  becomeWorker({
    directory: path.join(directory, 'new'),
    backend: { url: backend.url },
    readToken: async () => parseJoinIdentity(identity),
    identityToken: async () => `${token}\n`,
    name: 'new',
    say: () => undefined,
    alone: (work) => work(),
    pause: meanwhile,
  });

const isIn = async (): Promise<boolean> => (await world.member('new')).keys.openingKeys.length > 0;

describe('a machine with a token of an issuer that the pool trusts', () => {
  test('becomes a worker with the key of the pool, and nobody on the way sees its token', async () => {
    const token = await tokenOf();
    await join(trust(), token);
    expect(await isIn()).toBe(true);
    const [asked] = [...world.joins.values()];
    expect(asked?.request).toBeNull();
    expect(JSON.stringify([...world.joins.values()])).not.toContain(token.slice(0, 20));
    const member = [...world.first.state.members.values()].at(-1);
    expect(member?.through).toEqual({ identityId });
  });

  test('also where members ask the issuer for its keys', async () => {
    await withIssuer({}, async (url) => {
      await join(trust({ issuer: url, keySet: null }), await tokenOf({ iss: url }));
      expect(await isIn()).toBe(true);
    });
  });

  test.each<[string, () => Promise<string>, RegExp]>([
    ['of another issuer', () => tokenOf({ iss: 'https://other.example' }), /its iss is another/],
    ['for another audience', () => tokenOf({ aud: 'secret-store:another' }), /its aud is another/],
    ['of another subject', () => tokenOf({ sub: 'system:serviceaccount:models:other' }), /its sub is another/],
    ['that has expired', () => tokenOf({}, { ends: '-1m' }), /has expired/],
    ['that is not valid yet', () => tokenOf({ nbf: Math.trunc(Date.now() / 1000) + 600 }), /its nbf is another/],
    ['without an end', () => new SignJWT(claims).setProtectedHeader({ alg: 'RS256' }).sign(issuerKey), /its exp/],
    ['that another key signed', () => tokenOf({}, { key: strangersKey }), /not signed by its issuer/],
    ['without a signature', async () => new UnsecuredJWT(claims).setExpirationTime('10m').encode(), /not signed/],
    [
      'signed with the public key as a shared secret',
      () => new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).setExpirationTime('10m').sign(Buffer.from(keySet)),
      /not signed/,
    ],
    ['that is no token', async () => 'not a token', /not signed/],
  ])('is not let in with one %s', async (_, token, reason) => {
    await expect(join(trust(), await token())).rejects.toThrow(reason);
    expect(world.first.state.members.size).toBe(1);
  });

  test('is not let in once the pool does not trust the identity', async () => {
    const identity = trust();
    const log = world.first;
    const meanwhile = async () => {
      if (log.state.identities.has(identityId))
        log.append(nextPoolEntry(log, { kind: 'distrust', identityId }, world.rootSigner));
      await letThemIn();
    };
    await expect(join(identity, await tokenOf(), meanwhile)).rejects.toThrow('does not trust this identity');
  });

  test('its token lets no other worker in: it is sealed for this one', async () => {
    const identity = trust();
    const meanwhile = async () => {
      const [asked] = [...world.joins.values()];
      if (asked !== undefined && world.joins.size === 1) {
        const thief = idOf('thief');
        world.joins.set(thief, { ...asked, workerId: thief });
      }
      await letThemIn();
    };
    await join(identity, await tokenOf(), meanwhile);
    expect(world.first.state.members.has(idOf('thief'))).toBe(false);
    expect(world.joins.get(idOf('thief'))?.refusal).toMatch(/does not open/);
  });

  test('is not the first of a pool', async () => {
    const poolId = idOf('edge');
    const key = await world.invite();
    const invitation = { publicKey: key.publicKey, uses: 1, expiresAt: '2130-01-01T00:00:00.000Z' };
    const founding = signFounding({ poolId, name: 'edge', invitation }, world.rootSigner);
    const log = PoolLog.found(founding, { root: world.root, first: world.first });
    world.logs.set(poolId, log);
    log.append(nextPoolEntry(log, { kind: 'trust', identityId, issuer, audience, subject, keySet }, world.rootSigner));
    const { hash: head } = log.head;
    const identity = encodeJoinIdentity({ rootFingerprint: world.root.fingerprint, poolId, head, identityId });
    await expect(join(identity, await tokenOf())).rejects.toThrow('its first worker needs a join token');
  });
});

describe('an issuer that is asked for its keys', () => {
  test.each<[string, IssuerFault, string]>([
    ['sends them elsewhere', { redirects: true }, 'fetch failed'],
    ['has another name', { name: 'https://other.example' }, 'under another name'],
    ['sends without end', { padding: 300 * 1024 }, 'more than its keys'],
    ['names keys that are not read over https', { keysAt: 'http://issuer.example/keys' }, 'read over https'],
  ])('that %s lets nobody in', async (_, fault, reason) => {
    await withIssuer(fault, async (url) => {
      const identity = trust({ issuer: url, keySet: null });
      await expect(join(identity, await tokenOf({ iss: url }))).rejects.toThrow(reason);
      expect(world.first.state.members.size).toBe(1);
    });
  });
});

interface IssuerFault {
  readonly redirects?: boolean;
  readonly name?: string;
  readonly padding?: number;
  readonly keysAt?: string;
}

const withIssuer = async (fault: IssuerFault, work: (url: string) => Promise<void>): Promise<void> => {
  const server: Server = createServer((request, response) => {
    const url = `http://${request.headers.host ?? ''}`;
    const about = { issuer: fault.name ?? url, jwks_uri: fault.keysAt ?? `${url}/keys` };
    if (fault.redirects === true && request.url !== '/elsewhere' && request.url !== '/keys')
      response.writeHead(302, { location: '/elsewhere' });
    response.end(request.url === '/keys' ? keySet : JSON.stringify({ ...about, x: 'x'.repeat(fault.padding ?? 0) }));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  try {
    await work(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`);
  } finally {
    server.close();
  }
};
