import { generateKeyPairSync, randomUUID, verify } from 'node:crypto';
import { parseJson } from '@secret-store/provider-sdk/http';
import { type FakeAnswer, failed } from './fake-secrets.ts';

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' });

/** The file that Google gives for a key of a service account. */
export const serviceAccount = {
  type: 'service_account',
  project_id: 'example-project',
  private_key_id: 'key-1',
  private_key: String(pem),
  client_email: 'store@example-project.iam.gserviceaccount.com',
  client_id: '100000000000000000001',
  auth_uri: 'https://accounts.google.com/o/oauth2/auth',
  token_uri: 'https://oauth2.googleapis.com/token',
};

export const federation = {
  federated_token: 'token-of-the-platform',
  workload_identity_provider: 'projects/1/locations/global/workloadIdentityPools/pool/providers/provider',
};

/** Who may make requests: a service account that signs its own tokens, and tokens that were exchanged here. */
export class FakeTokens {
  readonly #issued = new Set<string>();
  lifeSeconds = 3_600;
  exchanges = 0;

  exchange(body: string): FakeAnswer {
    this.exchanges += 1;
    const audience = `//iam.googleapis.com/${federation.workload_identity_provider}`;
    const expected = {
      grantType: 'urn:ietf:params:oauth:grant-type:token-exchange',
      audience,
      scope: 'https://www.googleapis.com/auth/cloud-platform',
      requestedTokenType: 'urn:ietf:params:oauth:token-type:access_token',
      subjectToken: federation.federated_token,
      subjectTokenType: 'urn:ietf:params:oauth:token-type:jwt',
    };
    if (body !== JSON.stringify(expected)) return { status: 400, body: { error: 'invalid_grant' } };
    const token = randomUUID();
    this.#issued.add(token);
    return { status: 200, body: { access_token: token, token_type: 'Bearer', expires_in: this.lifeSeconds } };
  }

  /** Forgets the tokens that it issued. */
  revoke(): void {
    this.#issued.clear();
  }

  /** Why a request may not be made, or null. */
  refuse(authorization: string | undefined): FakeAnswer | null {
    const [, token = ''] = /^Bearer (\S+)$/.exec(authorization ?? '') ?? [];
    return this.#issued.has(token) || isSelfSigned(token) ? null : failed(401, 'UNAUTHENTICATED');
  }
}

/** https://google.aip.dev/auth/4111 */
const isSelfSigned = (token: string): boolean => {
  const [header = '', claims = '', signature = ''] = token.split('.');
  const { alg, kid } = decoded(header);
  const { iss, sub, aud, iat, exp } = decoded(claims);
  const seconds = Date.now() / 1_000;
  const isLong = Number(exp) - Number(iat) > 3_600;
  const isFor = aud === 'https://secretmanager.googleapis.com/' && iss === serviceAccount.client_email && sub === iss;
  if (alg !== 'RS256' || kid !== serviceAccount.private_key_id || !isFor || isLong) return false;
  if (Number(iat) > seconds + 60 || Number(exp) < seconds) return false;
  return verify('sha256', Buffer.from(`${header}.${claims}`), publicKey, Buffer.from(signature, 'base64url'));
};

// The parts of a token are objects, or the token is refused by their missing fields.
const decoded = (part: string): Partial<Record<string, unknown>> =>
  (parseJson(Buffer.from(part, 'base64url').toString()) ?? {}) as Partial<Record<string, unknown>>;
