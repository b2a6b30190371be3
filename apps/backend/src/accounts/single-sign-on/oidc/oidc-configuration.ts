import { OidcSettings } from '@secret-store/api';
import { decryptClientSecret } from '@secret-store/sealing';
import {
  allowInsecureRequests,
  ClientSecretBasic,
  ClientSecretPost,
  Configuration,
  customFetch,
  type CustomFetch,
  discovery,
  enableNonRepudiationChecks,
  None,
} from 'openid-client';
import QuickLRU from 'quick-lru';
import type { Dependencies } from '../../../dependencies.ts';
import { fetchOutside } from '../../../outgoing/fetch-outside.ts';
import { NotSent, type Reach } from '../../../outgoing/reach-outside.ts';
import type { Rows } from '../../../rows/row-kinds.ts';
import { NotReached, NotSignedIn } from '../requests/protocol.ts';

const keptMilliseconds = 5 * 60_000;

type Connection = Rows['signInConnection'];

/** Over the store's own way out: one resolution of the name, no redirects, and of this machine only what an administrator named. */
const outsideFetch =
  (issuer: string, reach: Reach): CustomFetch =>
  (url, { method, headers, body }) =>
    fetchOutside(
      url,
      { method, headers, body: body === undefined || body === null ? undefined : textOf(body) },
      { ...reach, configured: issuer },
    );

const textOf = (body: unknown): string => {
  if (typeof body === 'string') return body;
  if (body instanceof URLSearchParams) return body.toString();
  throw new TypeError('the body of a request to an identity provider is a form');
};

const find = async ({ keys }: Pick<Dependencies, 'keys'>, connection: Connection, reach: Reach) => {
  const { id, issuer, clientSecret } = connection;
  const { clientId } = OidcSettings.parse(connection.settings);
  const secret =
    clientSecret === null
      ? null
      : Buffer.from(decryptClientSecret(keys.keyRing, { connectionId: id, issuer }, clientSecret)).toString();
  const execute = [enableNonRepudiationChecks];
  // the form of the address says that it is on this machine
  if (new URL(issuer).protocol === 'http:') execute.push(allowInsecureRequests);
  const fetch = outsideFetch(issuer, reach);
  const found = await discovery(new URL(issuer), clientId, {}, None(), { execute, [customFetch]: fetch });
  if (secret === null) return found;
  const { token_endpoint_auth_methods_supported: methods = ['client_secret_basic'] } = found.serverMetadata();
  const way = methods.includes('client_secret_basic') ? ClientSecretBasic(secret) : ClientSecretPost(secret);
  const configuration = new Configuration(found.serverMetadata(), clientId, {}, way);
  configuration[customFetch] = fetch;
  for (const set of execute) set(configuration);
  return configuration;
};

/** Why it did not work, in words for administrators. */
export const oidcProblem = (error: unknown): NotSignedIn => {
  if (error instanceof NotSignedIn) return error;
  const reasons: string[] = [];
  for (let reason = error; reason instanceof Error; reason = reason.cause) {
    if (reason instanceof NotSent) {
      // what the store itself refused to ask has no cause
      const Problem = reason.cause === undefined ? NotSignedIn : NotReached;
      return new Problem(reason.message, { cause: error });
    }
    reasons.push(reason.message);
  }
  return new NotSignedIn(reasons.join(': ') || 'It failed.', { cause: error });
};

/** What identity providers say of themselves, kept for a while. */
export class OidcConfigurations {
  readonly #deps: Pick<Dependencies, 'keys'>;
  readonly #reach: Reach;
  readonly #kept = new QuickLRU<string, Promise<Configuration>>({ maxSize: 50, maxAge: keptMilliseconds });

  constructor(deps: Pick<Dependencies, 'keys'>, reach: Reach) {
    this.#deps = deps;
    this.#reach = reach;
  }

  /** @throws {NotSignedIn} */
  async of(connection: Connection): Promise<Configuration> {
    const { id, issuer, settings, clientSecret } = connection;
    const key = JSON.stringify([id, issuer, settings, clientSecret]);
    const found = this.#kept.get(key) ?? this.fresh(connection);
    this.#kept.set(key, found);
    return found.catch((error: unknown) => {
      this.#kept.delete(key);
      throw error;
    });
  }

  /** @throws {NotSignedIn} */
  async fresh(connection: Connection): Promise<Configuration> {
    return find(this.#deps, connection, this.#reach).catch((error: unknown) => {
      throw oidcProblem(error);
    });
  }

  /** As one asks it outside the library. */
  fetch({ issuer }: Connection, url: string): Promise<Response> {
    return fetchOutside(url, { headers: { accept: 'application/json' } }, { ...this.#reach, configured: issuer });
  }
}
