import { createHmac, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { type CryptoKey, exportJWK, exportSPKI, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { z } from 'zod';

/** What the next answer of the issuer has other than it should. */
export interface Forgery {
  readonly claims?: JWTPayload;
  /** in place of an ID token that is made as it should be */
  readonly idToken?: (claims: JWTPayload, issuer: ForgingIssuer) => Promise<string>;
}

const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** An identity provider over real HTTP whose answers can be forged. A person signs in there by asking for a code. */
export class ForgingIssuer {
  /** parts of its description that are other than they should be */
  metadata: Readonly<Record<string, unknown>> = {};
  forgery: Forgery = {};
  /** what it says of the person in the user info */
  userInfo: Readonly<Record<string, unknown>> = {};
  /** answers a redirect in place of its description */
  redirectsTo: string | null = null;
  readonly asked: string[] = [];
  /** of the ID token that it gave last */
  #subject: string | undefined;
  readonly #server = createServer((request, response) => void this.#answer(request, response));
  readonly #codes = new Map<
    string,
    { readonly nonce: string; readonly challenge: string; readonly claims: JWTPayload }
  >();
  #keys: { readonly privateKey: CryptoKey; readonly publicKey: CryptoKey } | null = null;

  async start(): Promise<void> {
    this.#keys = await generateKeyPair('RS256');
    await once(this.#server.listen(0, '127.0.0.1'), 'listening');
  }

  get url(): string {
    const { port } = z.object({ port: z.number() }).parse(this.#server.address());
    return `http://127.0.0.1:${port}`;
  }

  get keys() {
    if (this.#keys === null) throw new Error('the issuer is not started');
    return this.#keys;
  }

  /** What the person's browser brings back from the sign-in page. */
  signIn(authorization: string, claims: JWTPayload): string {
    const { searchParams } = new URL(authorization);
    const code = randomUUID();
    const of = (name: string): string => searchParams.get(name) ?? '';
    this.#codes.set(code, { nonce: of('nonce'), challenge: of('code_challenge'), claims });
    const back = new URL(of('redirect_uri'));
    back.searchParams.set('code', code);
    back.searchParams.set('state', of('state'));
    back.searchParams.set('iss', this.url);
    return `${back.pathname}${back.search}`;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '';
    this.asked.push(path);
    const say = (body: unknown): void => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    const body = await text(request);
    if (path === '/.well-known/openid-configuration') {
      if (this.redirectsTo !== null) response.writeHead(302, { location: this.redirectsTo }).end();
      else say(this.#description());
    } else if (path === '/jwks') {
      say({ keys: [{ ...(await exportJWK(this.keys.publicKey)), kid: 'one', alg: 'RS256', use: 'sig' }] });
    } else if (path === '/token') {
      say(await this.#tokens(new URLSearchParams(body)));
    } else if (path === '/userinfo') {
      say({ sub: this.#subject, ...this.userInfo });
    } else {
      response.writeHead(404).end();
    }
  }

  #description(): Readonly<Record<string, unknown>> {
    const { url } = this;
    return {
      ...{ issuer: url, authorization_endpoint: `${url}/authorize`, token_endpoint: `${url}/token` },
      ...{ jwks_uri: `${url}/jwks`, userinfo_endpoint: `${url}/userinfo`, response_types_supported: ['code'] },
      ...{ subject_types_supported: ['public'], id_token_signing_alg_values_supported: ['RS256'] },
      ...{ authorization_response_iss_parameter_supported: true, code_challenge_methods_supported: ['S256'] },
      ...this.metadata,
    };
  }

  async #tokens(form: URLSearchParams): Promise<Readonly<Record<string, unknown>>> {
    const code = this.#codes.get(form.get('code') ?? '');
    if (code === undefined) throw new Error('nobody has this code');
    const now = Math.floor(Date.now() / 1_000);
    const claims = {
      ...{ iss: this.url, aud: 'secret-store', iat: now, exp: now + 60, nonce: code.nonce },
      ...code.claims,
      ...this.forgery.claims,
    };
    this.#subject = claims.sub;
    const make = this.forgery.idToken ?? ((all, issuer) => issuer.signed(all));
    return { access_token: 'access', token_type: 'Bearer', expires_in: 60, id_token: await make(claims, this) };
  }

  signed(claims: JWTPayload, key = this.keys.privateKey): Promise<string> {
    return new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'one' }).sign(key);
  }

  unsigned(claims: JWTPayload): string {
    return `${encoded({ alg: 'none' })}.${encoded(claims)}.`;
  }

  /** HS256, with the public key as the secret that everybody knows. */
  async signedWithPublicKey(claims: JWTPayload): Promise<string> {
    const front = `${encoded({ alg: 'HS256', kid: 'one' })}.${encoded(claims)}`;
    const secret = await exportSPKI(this.keys.publicKey);
    return `${front}.${createHmac('sha256', secret).update(front).digest('base64url')}`;
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}
