import { spawn } from 'node:child_process';
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, test } from 'vitest';

const credential = 'credential-that-nobody-may-print';
const servers: http.Server[] = [];

afterEach(async () => {
  await Promise.all(
    servers.splice(0).map(async (server) => {
      server.close();
      await once(server, 'close');
    }),
  );
});

test('fails when no server is configured, and says what to set', async () => {
  const { status, lines } = await testLive({});
  expect(status).toBe(1);
  expect(lines.at(-1)).toBe('0 passed, 0 failed');
  for (const name of [
    'TEST_VAULT_ADDR',
    'TEST_VAULT_TOKEN',
    'TEST_AZURE_VAULT_URL',
    'TEST_AWS_ENDPOINT',
    'TEST_GOOGLE_ENDPOINT',
    'docs/live-tests.md',
  ]) {
    expect(lines.join('\n')).toContain(name);
  }
});

test('names the missing variable of a server that is only partly configured', async () => {
  const { status, lines } = await testLive({ TEST_VAULT_ADDR: 'http://127.0.0.1:1' });
  expect(status).toBe(1);
  expect(lines).toContain('HashiCorp Vault or OpenBao: skipped, missing TEST_VAULT_TOKEN');
});

describe('a server of the wrong kind is a failure, and gets no credential', () => {
  test.each([
    ['Vault', 'TEST_VAULT_ADDR', { TEST_VAULT_TOKEN: credential }],
    [
      'Key Vault',
      'TEST_AZURE_VAULT_URL',
      { TEST_AZURE_TENANT_ID: 't', TEST_AZURE_CLIENT_ID: 'c', TEST_AZURE_CLIENT_SECRET: credential },
    ],
    [
      'Secrets Manager',
      'TEST_AWS_ENDPOINT',
      { TEST_AWS_REGION: 'eu-central-1', TEST_AWS_ACCESS_KEY_ID: 'a', TEST_AWS_SECRET_ACCESS_KEY: credential },
    ],
    ['Secret Manager', 'TEST_GOOGLE_ENDPOINT', { TEST_GOOGLE_PROJECT_ID: 'p' }],
  ])('%s', async (_name, variable, rest) => {
    const seen: string[] = [];
    const address = await listen((request, response) => {
      seen.push(JSON.stringify(request.headers));
      response.end('{}');
    });
    const { status, lines, errors } = await testLive({ [variable]: address, ...rest });
    expect(status).toBe(1);
    expect(lines.at(-1)).toBe('0 passed, 1 failed');
    expect(lines.join('\n')).toContain(`because of ${variable}: this is no`);
    expect(seen.length).toBeGreaterThan(0);
    expect([...seen, ...lines, errors].join('\n')).not.toContain(credential);
  });
});

test('a server that cannot be reached is a failure', async () => {
  const { status, lines } = await testLive({ TEST_VAULT_ADDR: 'http://127.0.0.1:1', TEST_VAULT_TOKEN: credential });
  expect(status).toBe(1);
  expect(lines.at(-1)).toBe('0 passed, 1 failed');
});

async function listen(answer: http.RequestListener): Promise<string> {
  const server = http.createServer(answer);
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A TCP server that listens has an AddressInfo; the other types are for pipes and closed servers.
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${port}`;
}

async function testLive(variables: Record<string, string>) {
  const program = path.join(import.meta.dirname, 'main.mjs');
  const child = spawn(process.execPath, [program], {
    env: { PATH: process.env.PATH, ...variables },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { status: child.exitCode, lines: output.trimEnd().split('\n'), errors };
}
