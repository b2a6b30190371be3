// A plugin over the test's vault. A value that begins with the name of a misdeed makes it misbehave.
import { request } from 'node:http';

const call = (base, method, key, value = '') =>
  new Promise((resolve, reject) => {
    const outgoing = request(`${base}/${encodeURIComponent(key)}`, { method }, (response) => {
      let body = '';
      response.on('data', (chunk) => (body += chunk));
      response.on('end', () => resolve({ status: response.statusCode, body }));
    });
    outgoing.on('error', reject);
    outgoing.end(value);
  });

const misdeeds = {
  throw: (value) => {
    throw new Error(`the vault refused ${value}`);
  },
  exit: () => process.exit(1),
  hang: () => new Promise(() => {}),
  flood: (value) => {
    for (let line = 0; line < 100_000; line += 1) console.log(value);
    return new Promise(() => {});
  },
};

const misbehave = (value) => misdeeds[value.split(' ')[0]]?.(value);

const notFound = () => Object.assign(new Error('unknown'), { name: 'SecretNotFoundError', code: 'SECRET_NOT_FOUND' });

class HttpVaultProvider {
  #url;

  constructor(url) {
    this.#url = url;
  }

  async createSecret(value, context) {
    const key = `of-${context.secretId}`;
    await call(this.#url, 'POST', key, value);
    await misbehave(value);
    if (value.startsWith('wrong')) return 42;
    return { getProviderKey: () => (value.startsWith('reveal') ? `key-${value}` : key) };
  }

  async updateSecret(id, value) {
    const { status, body } = await call(this.#url, 'PUT', id.getProviderKey(), value);
    if (status === 404) throw notFound();
    await misbehave(value);
    if (value.startsWith('wrong')) return { version: 1 };
    return value.startsWith('reveal') ? value : body;
  }

  async deleteSecret(id) {
    const { status } = await call(this.#url, 'DELETE', id.getProviderKey());
    if (status === 500) throw new Error('the vault is down');
    return status === 200;
  }

  allowsCreate() {
    return true;
  }

  allowsUpdate() {
    return true;
  }

  allowsDelete() {
    return true;
  }

  identifierFor(context) {
    return { getProviderKey: () => `of-${context.secretId}` };
  }

  getSecret() {
    throw notFound();
  }

  getSecretVersion() {
    throw notFound();
  }

  secretLastUpdated() {
    throw notFound();
  }

  getTtl() {
    return 0;
  }
}

export class HttpVaultProviderFactory {
  create(configuration) {
    return new HttpVaultProvider(configuration.get('vault_url'));
  }
}
