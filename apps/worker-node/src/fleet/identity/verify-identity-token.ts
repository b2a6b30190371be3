import { isLoopbackListener } from '@secret-store/plugin-host/settings';
import type { TrustedIdentity } from '@secret-store/sealing';
import { createLocalJWKSet, errors, type JSONWebKeySet, jwtVerify } from 'jose';
import { z } from 'zod';

/** Signatures by public keys: with a shared secret the store could make tokens itself. */
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];
const clockToleranceSeconds = 5;
const answerMilliseconds = 5_000;
const answerBytesMaximum = 256 * 1024;

const Discovery = z.object({ issuer: z.string(), jwks_uri: z.url() });
const KeySet = z.custom<JSONWebKeySet>(
  (json) => z.object({ keys: z.array(z.looseObject({})).min(1) }).safeParse(json).success,
);

/** Null where the text is none. */
export const keySetIn = (text: string): JSONWebKeySet | null => {
  try {
    return KeySet.parse(JSON.parse(text));
  } catch {
    return null;
  }
};

/**
 * Whether the issuer says in this token, now and for this store, that its holder is the subject that the pool trusts.
 * @returns null when it does, or what is wrong, without any of the token's content
 * @throws when the issuer cannot be asked for its keys
 */
export const identityProblem = async (token: string, identity: TrustedIdentity): Promise<string | null> => {
  const { issuer, audience, subject } = identity;
  const keys = createLocalJWKSet(await keysOf(identity));
  try {
    await jwtVerify(token, keys, {
      ...{ issuer, audience, subject, algorithms },
      requiredClaims: ['exp', 'iss', 'aud', 'sub'],
      clockTolerance: clockToleranceSeconds,
    });
    return null;
  } catch (error) {
    if (error instanceof errors.JWTExpired) return 'the identity token has expired';
    if (error instanceof errors.JWTClaimValidationFailed)
      return `the identity token is not the one that the pool trusts: its ${error.claim} is another`;
    if (error instanceof errors.JOSEError) return 'the identity token is not signed by its issuer';
    throw error;
  }
};

const keysOf = async ({ issuer, keySet }: TrustedIdentity): Promise<JSONWebKeySet> => {
  if (keySet !== null) return KeySet.parse(JSON.parse(keySet));
  const about = Discovery.parse(await ask(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`));
  if (about.issuer !== issuer) throw new Error('the issuer describes itself under another name');
  return KeySet.parse(await ask(about.jwks_uri));
};

const ask = async (address: string): Promise<unknown> => {
  const url = new URL(address);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopbackListener(url.hostname)))
    throw new Error('the keys of an issuer are read over https');
  const answer = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(answerMilliseconds) });
  if (!answer.ok || answer.body === null) throw new Error(`the issuer answered with ${answer.status}`);
  const chunks: Uint8Array[] = [];
  const reader: ReadableStreamDefaultReader<Uint8Array> = answer.body.getReader();
  let bytes = 0;
  for (let next = await reader.read(); next.value !== undefined; next = await reader.read()) {
    bytes += next.value.length;
    if (bytes > answerBytesMaximum) throw new Error('the issuer sent more than its keys');
    chunks.push(next.value);
  }
  return JSON.parse(Buffer.concat(chunks).toString('utf8'));
};
