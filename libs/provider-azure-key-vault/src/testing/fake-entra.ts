import { createPublicKey, randomUUID, verify } from 'node:crypto';
import * as z from 'zod/mini';
import { clientCertificate } from './certificates.ts';
import { type FakeAnswer, HttpsFake, type SeenRequest } from './https-fake.ts';

/** Entra ID as far as an application that asks for tokens with the client credentials flow sees it. */
export class FakeEntra extends HttpsFake {
  readonly tenantId = '5c0ff1ce-0000-4000-8000-000000000001';
  readonly clientSecret = 'fake-client-secret~Q.8';
  /** A token of another platform that this application trusts. */
  readonly federatedToken = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJzeXN0ZW06c2VydmljZWFjY291bnQifQ.c2lnbmF0dXJl';
  readonly clientIds = new Set(['fake-client', 'fake-writer']);
  /** Which application each token was given to. */
  readonly tokens = new Map<string, string>();
  lifetimeSeconds = 3_599;
  /** The scopes for which it issues tokens. */
  audience = 'https://vault.azure.net';
  /** The token endpoint that it announces: its own unless a test sets another. */
  tokenOrigin: string | undefined;

  answer({ method, target, body }: SeenRequest): FakeAnswer {
    const base = `${this.address}/${this.tenantId}`;
    const path = target.split('?')[0];
    if (method === 'GET' && path === `/${this.tenantId}/v2.0/.well-known/openid-configuration`) {
      return {
        status: 200,
        body: {
          issuer: `${base}/v2.0`,
          authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
          token_endpoint: `${this.tokenOrigin ?? this.address}/${this.tenantId}/oauth2/v2.0/token`,
          jwks_uri: `${base}/discovery/v2.0/keys`,
        },
      };
    }
    if (method === 'POST' && path === `/${this.tenantId}/oauth2/v2.0/token`)
      return this.#token(new URLSearchParams(body));
    return refusal(400, 'invalid_tenant', 90_002, 'Tenant not found.');
  }

  #token(form: URLSearchParams): FakeAnswer {
    const clientId = form.get('client_id') ?? '';
    if (form.get('grant_type') !== 'client_credentials') {
      return refusal(400, 'unsupported_grant_type', 70_003, 'The app requested an unsupported grant type.');
    }
    if (!this.clientIds.has(clientId)) {
      return refusal(400, 'unauthorized_client', 700_016, 'Application was not found in the directory.');
    }
    if (!this.#proves(form)) return refusal(401, 'invalid_client', 7_000_215, 'Invalid client secret provided.');
    if (!form.get('scope')?.split(' ').includes(`${this.audience}/.default`)) {
      return refusal(400, 'invalid_resource', 500_011, 'The resource principal was not found in the tenant.');
    }
    const token = `fake-token-${randomUUID()}`;
    this.tokens.set(token, clientId);
    const expires = { expires_in: this.lifetimeSeconds, ext_expires_in: this.lifetimeSeconds };
    return { status: 200, body: { token_type: 'Bearer', ...expires, access_token: token } };
  }

  #proves(form: URLSearchParams): boolean {
    const assertion = form.get('client_assertion');
    if (assertion === null) return form.get('client_secret') === this.clientSecret;
    return assertion === this.federatedToken || this.#isSigned(assertion);
  }

  /** https://learn.microsoft.com/entra/identity-platform/certificate-credentials */
  #isSigned(assertion: string): boolean {
    const [header = '', payload = '', signature = ''] = assertion.split('.');
    const { success, data } = signedClaims.safeParse({ ...decode(header), ...decode(payload) });
    if (!success) return false;
    const key = createPublicKey(clientCertificate.cert);
    // RSASSA-PSS is 6 in OpenSSL, PKCS1 v1.5 is 1.
    const signed = verify(
      'sha256',
      Buffer.from(`${header}.${payload}`),
      { key, padding: data.alg === 'PS256' ? 6 : 1 },
      Buffer.from(signature, 'base64url'),
    );
    return signed && data.aud.startsWith(this.address);
  }
}

const signedClaims = z.object({ alg: z.string(), aud: z.string() });

// an object, or a test fails
const decode = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString()) as object;

const refusal = (status: number, error: string, code: number, text: string): FakeAnswer => {
  const [traceId, correlationId] = [randomUUID(), randomUUID()];
  const timestamp = new Date().toISOString().replace('T', ' ').replace(/\.\d+/, '');
  const trail = `Trace ID: ${traceId} Correlation ID: ${correlationId} Timestamp: ${timestamp}`;
  const ids = { error_codes: [code], timestamp, trace_id: traceId, correlation_id: correlationId };
  return { status, body: { error, error_description: `AADSTS${code}: ${text} ${trail}`, ...ids } };
};
