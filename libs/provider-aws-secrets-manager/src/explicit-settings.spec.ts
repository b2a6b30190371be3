import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { bundleProgram } from '@secret-store/bundle';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FakeSecretsManager } from './testing/fake-secrets-manager.ts';

let base: string;
let fake: FakeSecretsManager;

beforeAll(async () => {
  base = mkdtempSync(path.join(tmpdir(), 'aws-settings-'));
  fake = await FakeSecretsManager.start();
  await bundleProgram(path.join(import.meta.dirname, 'plugin.ts'), path.join(base, 'plugin.mjs'), {
    npmPackages: 'bundled',
  });
});
afterAll(async () => {
  await fake.close();
  rmSync(base, { recursive: true });
});

test.each([
  ['an access key', () => fake.configuration],
  ['a role', () => fake.roleConfiguration],
])(
  'environment, ~/.aws and the metadata service have no effect and are not even read: %s',
  async (_name, configuration) => {
    const home = path.join(base, 'home');
    mkdirSync(path.join(home, '.aws'), { recursive: true });
    const profile =
      'region = us-east-1\nendpoint_url = http://127.0.0.1:9\nretry_mode = adaptive\nmax_attempts = 1\nuse_fips_endpoint = true\n';
    writeFileSync(path.join(home, '.aws/config'), `[default]\n${profile}`);
    writeFileSync(
      path.join(home, '.aws/credentials'),
      '[default]\naws_access_key_id = FROMFILE\naws_secret_access_key = fromfile\n',
    );
    const environment = {
      HOME: home,
      AWS_REGION: 'us-west-2',
      AWS_DEFAULT_REGION: 'us-west-2',
      AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
      AWS_ENDPOINT_URL_SECRETS_MANAGER: 'http://127.0.0.1:9',
      AWS_ACCESS_KEY_ID: 'FROMENVIRONMENT',
      AWS_SECRET_ACCESS_KEY: 'fromenvironment',
      AWS_SESSION_TOKEN: 'fromenvironment',
      AWS_USE_FIPS_ENDPOINT: 'true',
      AWS_USE_DUALSTACK_ENDPOINT: 'true',
      AWS_AUTH_SCHEME_PREFERENCE: 'sigv4a',
      AWS_SDK_UA_APP_ID: 'fromenvironment',
      AWS_DEFAULTS_MODE: 'auto',
      AWS_MAX_ATTEMPTS: '1',
      HTTPS_PROXY: 'http://127.0.0.1:9',
      HTTP_PROXY: 'http://127.0.0.1:9',
    };
    const trap = path.join(import.meta.dirname, 'testing/settings-trap.mjs');
    const words = [trap, path.join(base, 'plugin.mjs'), JSON.stringify(Object.entries(configuration()))];
    const { stdout } = await promisify(execFile)(process.execPath, words, { env: environment });
    expect(JSON.parse(stdout)).toEqual({ found: true, files: [], connections: [fake.endpoint.replace('http://', '')] });
    for (const { headers } of fake.requests)
      expect(JSON.stringify(headers)).not.toMatch(/fromenvironment|fromfile|us-west-2|us-east-1/i);
  },
);
