import { once } from 'node:events';
import { VaultProblemError } from '@secret-store/provider-sdk';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { AzureKeyVaultSecretProvider } from '../azure-key-vault-secret-provider.ts';
import { defaultAzureLimits } from '../configuration/limits.ts';
import { FakeAzure } from '../testing/fake-azure.ts';
import type { FakeAnswer, Intercept } from '../testing/https-fake.ts';
import { freshContext, providerFor } from '../testing/provider-for.ts';

let azure: FakeAzure;
let stranger: FakeAzure;

beforeAll(async () => {
  azure = await FakeAzure.start();
  stranger = await FakeAzure.start();
});

beforeEach(() => [azure, stranger].forEach((each) => each.reset()));

afterAll(() => Promise.all([azure.close(), stranger.close()]));

describe.each([300, 301, 302, 303, 307, 308])('a redirect with %i', (status) => {
  test('is not followed, with or without the token', async () => {
    const { subject, context, id } = await stored();
    azure.vault.always(({ target }) => ({ status, headers: { Location: `${stranger.vault.address}${target}` } }));
    for (const call of everyCall(subject, context, id))
      await expect(call()).rejects.toMatchObject({ problem: 'redirected' });
    expect(stranger.vault.requests).toEqual([]);
    azure.reset();
    expect((await subject.getSecret(id, context)).getValue()).toBe('value');
  });

  test('from the login service is not followed with the client secret', async () => {
    azure.entra.always(({ target }) => ({ status, headers: { Location: `${stranger.entra.address}${target}` } }));
    await expect(providerFor(azure).createSecret('value', freshContext())).rejects.toMatchObject({
      problem: 'redirected',
    });
    expect(stranger.entra.requests).toEqual([]);
  });
});

test('requests no next page from another server: the request would carry the token', async () => {
  const { subject, context, id } = await stored();
  azure.vault.always((request) => {
    const answer = azure.vault.answer(request);
    const body: unknown = Object.assign({}, answer.body, {
      nextLink: `${stranger.vault.address}/secrets/x/versions?api-version=7.4`,
    });
    return request.target.includes('/versions') ? { ...answer, body } : answer;
  });
  await expect(subject.getSecretVersion(id, context)).rejects.toMatchObject({ problem: 'redirected' });
  expect(stranger.vault.requests).toEqual([]);
});

test.each<[string, Intercept]>([
  ['never answers', () => 'taken'],
  [
    'begins an answer and does not end it',
    (_request, response) => {
      response.writeHead(200, { 'Content-Type': 'application/json' }).write('{"value":');
      return 'taken';
    },
  ],
])('gives up on a server that %s, and closes the connection', async (_what, hang) => {
  const { context, id } = await stored();
  let closed: Promise<unknown> | undefined;
  azure.vault.always((request, response) => {
    if (!request.headers.authorization) return 'pass';
    closed = once(response, 'close');
    return hang(request, response);
  });
  const hasty = providerFor(azure, {}, { requestMilliseconds: 80 });
  await expect(hasty.getSecret(id, context)).rejects.toMatchObject({ problem: 'timed-out' });
  await closed;
});

test('gives up on a login service that never answers', async () => {
  azure.entra.always(() => 'taken');
  const hasty = providerFor(azure, {}, { callMilliseconds: 80 });
  await expect(hasty.createSecret('value', freshContext())).rejects.toMatchObject({ problem: 'timed-out' });
});

test('stays under the ten seconds that the host grants a call', () => {
  expect(defaultAzureLimits.requestMilliseconds).toBeLessThan(defaultAzureLimits.callMilliseconds);
  expect(defaultAzureLimits.callMilliseconds).toBeLessThan(10_000);
});

describe('a vault that asks for fewer requests', () => {
  const tooMany = (retryAfter: string): FakeAnswer => ({ status: 429, headers: { 'Retry-After': retryAfter } });

  test.each(['0', 'Mon, 01 Jan 2024 00:00:00 GMT'])(
    'is asked again after the time that it names: %s',
    async (retryAfter) => {
      const { subject, context, id } = await stored();
      azure.vault.intercept(() => tooMany(retryAfter));
      expect((await subject.getSecret(id, context)).getValue()).toBe('value');
      expect(azure.vault.requests.length).toBeGreaterThan(1);
    },
  );

  test('is not asked again if that time is longer than the call', async () => {
    const { subject, context, id } = await stored();
    azure.vault.always(() => tooMany('60'));
    await expect(subject.getSecret(id, context)).rejects.toMatchObject({ problem: 'throttled' });
    expect(azure.vault.requests).toHaveLength(1);
  });

  test('is asked again for as long as the call has time', async () => {
    const { context, id } = await stored();
    const hasty = providerFor(azure, {}, { callMilliseconds: 500 });
    azure.vault.always(() => tooMany('0'));
    // the last request may be under way at the end
    const problem = expect.stringMatching(/^(throttled|timed-out)$/);
    await expect(hasty.getSecret(id, context)).rejects.toMatchObject({ problem });
    expect(azure.vault.requests.length).toBeGreaterThan(4);
  });
});

test.each([500, 502, 503, 504])(
  'tries again after %i, and says in the end that the vault is unavailable',
  async (status) => {
    const { subject, context, id } = await stored();
    azure.vault.intercept(() => ({ status }));
    expect((await subject.getSecret(id, context)).getValue()).toBe('value');
    azure.vault.always(() => ({ status }));
    for (const call of everyCall(subject, context, id))
      await expect(call()).rejects.toMatchObject({ problem: 'unavailable' });
  },
);

test('says so if nothing listens, and if the connection breaks off', async () => {
  const gone = await FakeAzure.start();
  const subject = providerFor(gone);
  await gone.close();
  await expect(subject.createSecret('value', freshContext())).rejects.toMatchObject({ problem: 'unreachable' });
  const { subject: other, context, id } = await stored();
  azure.vault.always((_request, response) => {
    response.destroy();
    return 'taken';
  });
  await expect(other.getSecret(id, context)).rejects.toMatchObject({ problem: 'unreachable' });
});

test('handles a kept-alive connection that the server has closed', async () => {
  const { subject, context, id } = await stored();
  azure.vault.intercept((request, response) => {
    // The connection was kept alive.
    response.destroy();
    expect(request.headers.authorization).toBeDefined();
    return 'taken';
  });
  expect((await subject.getSecret(id, context)).getValue()).toBe('value');
});

test('sends nothing to a server whose certificate it does not trust', async () => {
  const wary = providerFor(azure, { ca_certificate: '' });
  await expect(wary.createSecret('value', freshContext())).rejects.toMatchObject({ problem: 'certificate' });
  expect(azure.vault.requests).toEqual([]);
});

test('stops reading an endless answer', async () => {
  const { subject, context, id } = await stored();
  azure.vault.always((_request, response) => {
    const more = () => {
      while (!response.destroyed && response.write(Buffer.alloc(65_536, 'x')));
    };
    response.on('drain', more).writeHead(200);
    more();
    return 'taken';
  });
  await expect(subject.getSecret(id, context)).rejects.toMatchObject({ problem: 'too-large' });
});

test('never repeats an answer in an error: a server could quote the value or the token', async () => {
  const { subject, context, id } = await stored('quoted-value');
  for (const status of [200, 400, 401, 403, 404, 409, 418, 500]) {
    azure.vault.always(({ body, headers, method }) =>
      method === 'PUT'
        ? { status, body: { error: { code: body, message: `${body} ${headers.authorization}` }, id: 'quoted-value' } }
        : 'pass',
    );
    const error: unknown = await subject.updateSecret(id, 'quoted-value', context).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(VaultProblemError);
    const shown = error instanceof Error ? [error.stack, JSON.stringify(error), String(error.cause)].join() : '';
    expect(shown).not.toMatch(/quoted-value|fake-token/);
  }
});

test('tells the server neither the operating system nor the versions of its packages', async () => {
  await providerFor(azure).createSecret('value', freshContext());
  const agents = [...azure.vault.requests, ...azure.entra.requests].map(({ headers }) => headers['user-agent']);
  expect(new Set(agents)).toEqual(new Set(['secret-store']));
});

type Stored = Awaited<ReturnType<typeof stored>>;

/** An existing secret, and a provider whose two clients both have a token. */
const stored = async (value = 'value') => {
  const subject = providerFor(azure);
  const context = freshContext();
  const id = await subject.createSecret(value, context);
  await subject.getSecret(id, context);
  azure.vault.requests.length = 0;
  return { subject, context, id };
};

const everyCall = (subject: AzureKeyVaultSecretProvider, context: Stored['context'], id: Stored['id']) => [
  () => subject.getSecret(id, context),
  () => subject.getSecretVersion(id, context),
  () => subject.secretLastUpdated(id, context),
  () => subject.updateSecret(id, 'next', context),
  () => subject.createSecret('value', freshContext()),
  () => subject.deleteSecret(id, context),
  () => providerFor(azure).getSecret(id, context),
];
