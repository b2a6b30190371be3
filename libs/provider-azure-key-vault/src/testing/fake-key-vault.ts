import type { FakeEntra } from './fake-entra.ts';
import { FakeSecrets, problem } from './fake-secrets.ts';
import { type FakeAnswer, HttpsFake, type SeenRequest } from './https-fake.ts';

export type Permission = 'get' | 'list' | 'set' | 'delete' | 'recover' | 'purge';

/** Key Vault's interface for secrets, over TLS; modelled on what Microsoft documents and on the answers of an emulator. */
export class FakeKeyVault extends HttpsFake {
  readonly secrets = new FakeSecrets(() => this.address);
  /** What an application may do, by client id; everything if it is not listed. */
  readonly permissions = new Map<string, readonly Permission[]>();
  /** The resource for which the challenge requests a token. */
  resource = 'https://vault.azure.net';

  constructor(private readonly entra: FakeEntra) {
    super();
  }

  answer({ method, target, headers, body }: SeenRequest): FakeAnswer {
    const client = this.entra.tokens.get(/^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1] ?? '');
    if (client === undefined) return this.#challenge();
    const { pathname, searchParams } = new URL(target, this.address);
    if (searchParams.get('api-version') !== '7.4') return problem(400, 'BadParameter', 'api-version must be specified');
    const [, collection = '', name = '', rest = ''] = pathname.split('/');
    const operation = operations[`${method} ${collection}/${rest}`];
    if (!operation || !/^[0-9A-Za-z-]{1,127}$/.test(name))
      return problem(404, 'NotFound', 'There is no such resource.');
    const [permission, serve] = operation;
    if (this.permissions.get(client)?.includes(permission) === false) {
      const text = `The user, group or application does not have secrets ${permission} permission on key vault 'fake'.`;
      return problem(403, 'Forbidden', text, this.secrets.terse ? undefined : 'AccessDenied');
    }
    return serve(this.secrets, name, body, searchParams);
  }

  #challenge(): FakeAnswer {
    const authorization = `${this.entra.address}/${this.entra.tenantId}`;
    const challenge = `Bearer authorization="${authorization}", resource="${this.resource}"`;
    const text = 'AKV10000: Request is missing a Bearer or PoP token.';
    return { ...problem(401, 'Unauthorized', text), headers: { 'WWW-Authenticate': challenge } };
  }
}

type Serve = (secrets: FakeSecrets, name: string, body: string, query: URLSearchParams) => FakeAnswer;

/** Method, collection and what follows the name. */
const operations: Record<string, readonly [Permission, Serve]> = {
  'PUT secrets/': ['set', (secrets, name, body) => secrets.set(name, JSON.parse(body))],
  'GET secrets/': ['get', (secrets, name) => secrets.get(name)],
  'GET secrets/versions': ['list', (secrets, name, _body, query) => secrets.versions(name, query)],
  'DELETE secrets/': ['delete', (secrets, name) => secrets.delete(name)],
  'GET deletedsecrets/': ['get', (secrets, name) => secrets.getDeleted(name)],
  'POST deletedsecrets/recover': ['recover', (secrets, name) => secrets.recover(name)],
  'DELETE deletedsecrets/': ['purge', (secrets, name) => secrets.purge(name)],
};
