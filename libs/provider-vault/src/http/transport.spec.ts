import { once } from 'node:events';
import { VaultProblemError } from '@secret-store/provider-sdk';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { everything } from '../testing/fake/fake-policy.ts';
import { FakeVault, type Intercept } from '../testing/fake/fake-vault.ts';
import { freshContext, testProvider } from '../testing/test-provider.ts';
import { defaultVaultLimits } from './vault-limits.ts';

let vault: FakeVault;
let stranger: FakeVault;

beforeAll(async () => {
  vault = await FakeVault.start();
  stranger = await FakeVault.start();
});

beforeEach(() => [vault, stranger].forEach((each) => each.reset()));

afterAll(() => Promise.all([vault.close(), stranger.close()]));

describe.each([301, 302, 303, 307, 308])('a redirect with %i', (status) => {
  test('is not followed, with or without the token', async () => {
    const context = freshContext();
    const subject = provider();
    const id = await subject.createSecret('value', context);
    const redirect: Intercept = ({ target }) => ({ status, headers: { Location: `${stranger.address}${target}` } });
    for (const call of [
      () => subject.getSecret(id, context),
      () => subject.updateSecret(id, 'next', context),
      () => subject.createSecret('value', freshContext()),
      () => subject.deleteSecret(id, context),
      () => provider().getSecret(id, context),
    ]) {
      vault.intercept(redirect);
      await expect(call()).rejects.toMatchObject({ problem: 'redirected' });
    }
    expect(stranger.requests).toEqual([]);
    expect((await subject.getSecret(id, context)).getValue()).toBe('value');
  });
});

test.each([301, 302, 303, 307, 308])(
  'follows a redirect with %i neither with a credential nor with a token',
  async (status) => {
    vault.logins.roles.push({
      mount: 'approle',
      body: {},
      refusal: { status: 400 },
      token: { rules: everything, seconds: 600, renewable: true },
    });
    const redirect: Intercept = ({ target }) => ({ status, headers: { Location: `${stranger.address}${target}` } });
    const login = testProvider(vault, { vault_token: '', vault_role_id: 'role', vault_secret_id: 'secret' });
    vault.interceptAt(/\/login$/, redirect);
    await expect(login.createSecret('value', freshContext())).rejects.toMatchObject({ problem: 'redirected' });
    vault.interceptAt(/lookup-self$/, redirect);
    await provider().createSecret('value', freshContext());
    await expect.poll(() => vault.requestsTo(/lookup-self$/).length).toBe(1);
    vault.intercept(() => ({ status: 403 }));
    vault.interceptAt(/lookup-self$/, redirect, redirect);
    await expect(provider().createSecret('value', freshContext())).rejects.toMatchObject({ problem: 'redirected' });
    vault.interceptAt(/sys\/health$/, redirect);
    vault.intercept(redirect);
    await expect(provider().createSecret('value', freshContext())).rejects.toMatchObject({ problem: 'redirected' });
    expect(stranger.requests).toEqual([]);
  },
);

test('opens at most half of the connections that the host allows, however many calls there are', async () => {
  const subject = provider();
  await subject.createSecret('value', freshContext());
  const held: (() => void)[] = [];
  let open = 0;
  let most = 0;
  const hold: Intercept = (request, response) => {
    most = Math.max(most, (open += 1));
    response.once('close', () => (open -= 1));
    held.push(() => {
      const { status, body } = vault.answer(request);
      response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
    });
    return 'taken';
  };
  vault.intercept(...Array.from({ length: 64 }, () => hold));
  const calls = Promise.all(Array.from({ length: 64 }, () => subject.createSecret('value', freshContext())));
  for (let answered = 0; answered < 64; answered += 1) {
    await expect.poll(() => held.length).toBe(Math.min(16 + answered, 64) - answered);
    held.shift()?.();
  }
  await calls;
  expect(most).toBe(16);
});

test.each<[string, Intercept]>([
  ['never answers', () => 'taken'],
  [
    'begins an answer and does not end it',
    (_request, response) => {
      response.writeHead(200, { 'Content-Type': 'application/json' }).write('{"data":');
      return 'taken';
    },
  ],
])('gives up on a server that %s, and closes the connection', async (_what, hang) => {
  const closed: Promise<unknown>[] = [];
  // each one: a late try of an earlier test must not be the one that is taken
  const hangEach: Intercept = (request, response) => {
    vault.intercept(hangEach);
    closed.push(once(response, 'close'));
    return hang(request, response);
  };
  vault.intercept(hangEach);
  await expect(provider({ requestMilliseconds: 50 }).createSecret('value', freshContext())).rejects.toMatchObject({
    problem: 'timed-out',
  });
  await Promise.all(closed);
});

test('gives up when retries have used up the time of the call', async () => {
  const unavailable: Intercept = () => ({ status: 503, body: { errors: ['too busy'] } });
  vault.intercept(...Array.from({ length: 1_000 }, () => unavailable));
  const subject = provider({ callMilliseconds: 60, retryMilliseconds: 1, retries: 1_000 });
  const problem: unknown = expect.stringMatching(/^(unavailable|timed-out)$/);
  await expect(subject.createSecret('value', freshContext())).rejects.toMatchObject({ problem });
  expect(vault.requests.length).toBeLessThan(1_000);
});

test('gives up at the end of the call although a request could continue', async () => {
  // each one: a late try of an earlier test must not be the one that is taken
  const takeEach = () => {
    vault.intercept(takeEach);
    return 'taken' as const;
  };
  vault.intercept(takeEach);
  const subject = provider({ callMilliseconds: 50, requestMilliseconds: 600_000 });
  await expect(subject.createSecret('value', freshContext())).rejects.toMatchObject({ problem: 'timed-out' });
});

test('stays under the ten seconds that the host grants a call', () => {
  expect(defaultVaultLimits.callMilliseconds).toBeLessThan(10_000);
});

test('stops reading an endless answer', async () => {
  // each one: a late try of an earlier test must not be the one that gets it
  const endless: Intercept = (_request, response) => {
    vault.intercept(endless);
    const more = () => {
      while (!response.destroyed && response.write(Buffer.alloc(65_536, 'x')));
    };
    response.on('drain', more).writeHead(200);
    more();
    return 'taken';
  };
  vault.intercept(endless);
  await expect(provider().createSecret('value', freshContext())).rejects.toMatchObject({
    problem: 'too-large',
  });
});

test.each<[string, Intercept, string]>([
  [
    'breaks off',
    (_request, response) => {
      response.destroy();
      return 'taken';
    },
    'unreachable',
  ],
  [
    'answers with a page',
    (_request, response) => {
      response.writeHead(200, { 'Content-Type': 'text/html' }).end('<html>');
      return 'taken';
    },
    'unexpected-answer',
  ],
])('takes a server that %s for an outage', async (_what, intercept, problem) => {
  const context = freshContext();
  const subject = provider({ retries: 0 });
  const id = await subject.createSecret('value', context);
  vault.intercept(intercept);
  await expect(subject.getSecret(id, context)).rejects.toMatchObject({ problem });
  vault.intercept(intercept);
  await expect(subject.deleteSecret(id, context)).rejects.toMatchObject({ problem });
});

test('asks again where a connection breaks off, also to write: a version tells whether it was written', async () => {
  const context = freshContext();
  const subject = provider();
  const id = await subject.createSecret('value', context);
  const breakOff: Intercept = (_request, response) => {
    response.destroy();
    return 'taken';
  };
  const breakOffAfterwards: Intercept = (request, response) => {
    vault.answer(request);
    return breakOff(request, response);
  };
  vault.interceptAt(/\/data\//, breakOff);
  expect((await subject.getSecret(id, context)).getValue()).toBe('value');
  vault.interceptAt(/\/data\//, breakOffAfterwards);
  const version = await subject.updateSecret(id, 'next', context);
  expect(await subject.getSecretVersion(id, context)).toBe(version);
});

test('never repeats an answer in an error: a server could quote the value or the token', async () => {
  const context = freshContext();
  const subject = provider();
  const id = await subject.createSecret('quoted-value', context);
  for (const status of [200, 400, 403, 404, 418, 500, 503]) {
    const quote: Intercept = ({ body, headers }) => ({
      status,
      body: { errors: [`cannot store ${body} for ${String(headers['x-vault-token'])}`], data: 'quoted-value' },
    });
    vault.intercept(() => 'pass', quote, quote, quote, quote);
    const error: unknown = await subject.updateSecret(id, 'quoted-value', context).catch((reason: unknown) => reason);
    vault.reset();
    expect(error).toBeInstanceOf(VaultProblemError);
    const shown = error instanceof Error ? [error.stack, JSON.stringify(error), String(error.cause)].join() : '';
    expect(shown).not.toContain('quoted-value');
    expect(shown).not.toContain(vault.token);
  }
});

const provider = (limits: Parameters<typeof testProvider>[2] = {}) => testProvider(vault, {}, limits);
