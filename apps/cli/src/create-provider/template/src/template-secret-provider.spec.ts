import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { ConfigurationError } from '@secret-store/provider-sdk';
import { describeSecretProvider } from '@secret-store/provider-sdk/testing';
import { describe, expect, test } from 'vitest';
import { startKeyValueServer } from '../double/key-value-server.mjs';
import { TemplateSecretProviderFactory } from './template-secret-provider-factory.ts';

const context = { secretId: 'id', algorithmId: 'algorithm', environmentVariable: 'PASSWORD', version: 1 };

const create = (configuration: Record<string, string>) =>
  new TemplateSecretProviderFactory().create(new Map(Object.entries(configuration)));

describeSecretProvider('the template provider', async () => {
  const server = await startKeyValueServer();
  const configuration = { server_url: server.url, access_token: server.token };
  return { backend: create(configuration), worker: create(configuration), close: () => server.close() };
});

describe('a configuration is refused by the name of its key, without its value', () => {
  const sound = { server_url: 'https://vault.example.com', access_token: 'token' };

  test.each([
    ['server_url', ''],
    ['server_url', 'vault.example.com/bad-value'],
    ['server_url', 'https://user:bad-value@vault.example.com'],
    ['access_token', ''],
    ['access_token', 'bad-value with a space'],
    ['folder', '../bad-value'],
  ])('%s', (key, value) => {
    const refusal = () => create({ ...sound, [key]: value });
    expect(refusal).toThrow(ConfigurationError);
    expect(refusal).toThrow(expect.objectContaining({ key, message: expect.not.stringContaining('bad-value') }));
  });
});

describe('what an administrator can act on is named', () => {
  test('a token that the server refuses', async () => {
    const server = await startKeyValueServer();
    const provider = create({ server_url: server.url, access_token: 'another' });
    await expect(provider.createSecret('value', context)).rejects.toMatchObject({ problem: 'not-authenticated' });
    await server.close();
  });

  test('a server that is not there', async () => {
    const server = await startKeyValueServer();
    await server.close();
    const provider = create({ server_url: server.url, access_token: server.token });
    await expect(provider.createSecret('value', context)).rejects.toMatchObject({ problem: 'unreachable' });
  });

  test.each([
    [302, 'redirected'],
    [403, 'not-permitted'],
    [503, 'unavailable'],
    [200, 'unexpected-answer'],
  ])('an answer %i: %s', async (status, problem) => {
    const server = http.createServer((_request, response) =>
      response.writeHead(status, { Location: '/elsewhere' }).end('<html>'),
    );
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    // a TCP server that listens has an AddressInfo
    const { port } = server.address() as AddressInfo;
    const provider = create({ server_url: `http://127.0.0.1:${port}`, access_token: 'token' });
    const id = provider.identifierFor(context);
    await expect(provider.getSecret(id, context)).rejects.toMatchObject({ problem });
    server.closeAllConnections();
    server.close();
  });
});

test('the key of another secret leads nowhere', async () => {
  const server = await startKeyValueServer();
  const provider = create({ server_url: server.url, access_token: server.token });
  const id = await provider.createSecret('value', context);
  await expect(provider.getSecret(id, { ...context, secretId: 'other' })).rejects.toMatchObject({
    name: 'SecretNotFoundError',
  });
  await server.close();
});
