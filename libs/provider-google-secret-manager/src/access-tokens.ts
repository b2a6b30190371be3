import { sign } from 'node:crypto';
import { VaultProblemError } from '@secret-store/provider-sdk';
import { type Deadline, type HttpClient, readJson } from '@secret-store/provider-sdk/http';
import type { FederatedIdentity, GoogleIdentity, ServiceAccount } from './google-configuration.ts';

interface AccessToken {
  readonly text: string;
  readonly lifeSeconds: number;
}

/** The token for each request, made once however many calls need it, and again when a tenth of its life is left. */
export class AccessTokens {
  #token: Promise<string> | undefined;
  #renewAt = Number.POSITIVE_INFINITY;

  constructor(
    private readonly identity: GoogleIdentity,
    private readonly http: HttpClient,
  ) {}

  async current(deadline: Deadline): Promise<string> {
    if (Date.now() >= this.#renewAt) this.forget();
    this.#token ??= this.#make(deadline);
    this.#token.catch(() => this.forget());
    return deadline.waitFor(this.#token);
  }

  /** The next call makes another one. */
  forget(): void {
    this.#token = undefined;
    this.#renewAt = Number.POSITIVE_INFINITY;
  }

  async #make(deadline: Deadline): Promise<string> {
    const { identity } = this;
    const token = 'key' in identity ? signToken(identity) : await exchangeToken(identity, this.http, deadline);
    this.#renewAt = Date.now() + token.lifeSeconds * 900;
    return token.text;
  }
}

/** A service account signs a token itself, for this one API, without asking a login service. https://google.aip.dev/auth/4111 */
const signToken = ({ email, keyId, key }: ServiceAccount): AccessToken => {
  const lifeSeconds = 3_600;
  const iat = Math.floor(Date.now() / 1_000);
  const header = { alg: 'RS256', typ: 'JWT', kid: keyId };
  const claims = { iss: email, sub: email, aud: 'https://secretmanager.googleapis.com/', iat, exp: iat + lifeSeconds };
  const signed = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  const signature = sign('sha256', Buffer.from(signed), key).toString('base64url');
  return { text: `${signed}.${signature}`, lifeSeconds };
};

/** https://cloud.google.com/iam/docs/reference/sts/rest/v1/TopLevel/token */
const exchangeToken = async (from: FederatedIdentity, http: HttpClient, deadline: Deadline): Promise<AccessToken> => {
  const json = {
    grantType: 'urn:ietf:params:oauth:grant-type:token-exchange',
    audience: `//iam.googleapis.com/${from.provider}`,
    scope: 'https://www.googleapis.com/auth/cloud-platform',
    requestedTokenType: 'urn:ietf:params:oauth:token-type:access_token',
    subjectToken: from.token,
    subjectTokenType: 'urn:ietf:params:oauth:token-type:jwt',
  };
  const url = `${from.tokenService}/v1/token`;
  const answer = await http.send({ method: 'POST', url, json, repeatable: true }, deadline);
  if (answer.status === 400 || answer.status === 403) throw new VaultProblemError('not-authenticated');
  const { access_token: text, expires_in: lifeSeconds } = readJson(answer) as Partial<Record<string, unknown>>;
  if (typeof text !== 'string' || typeof lifeSeconds !== 'number') throw new VaultProblemError('unexpected-answer');
  return { text, lifeSeconds };
};
