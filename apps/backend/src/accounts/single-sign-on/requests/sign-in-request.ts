import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { deriveKey } from '@secret-store/sealing';
import { z } from 'zod';
import type { Dependencies } from '../../../dependencies.ts';

const livesMilliseconds = 10 * 60_000;
export const attemptSeconds = livesMilliseconds / 1_000;

/** What one browser asks an identity provider for. It travels there and back, and is stored nowhere. */
const Content = z.object({
  /** milliseconds since 1970 */
  made: z.int(),
  random: z.string(),
  /** a path of ours, to go on at */
  returnTo: z.string(),
  /** the user who asked to link an identity; null: somebody signs in */
  link: z.string().nullable(),
});

export interface SignInRequest extends Pick<z.infer<typeof Content>, 'returnTo' | 'link'> {
  readonly requestedAt: Date;
}

/** What a request is good for alone. */
interface Bound {
  readonly connectionId: string;
  /** of the one browser: its cookie */
  readonly attempt: string;
}

type Keys = Pick<Dependencies, 'keys'>;

const sign = ({ keys }: Keys, parts: readonly string[]): Buffer =>
  createHmac('sha256', deriveKey(keys.keyRing, 'sign-in-request')).update(JSON.stringify(parts)).digest();

/** A text that says itself when it was made and what for, so that nothing is stored before an identity provider has answered it. */
export const newSignInRequest = (
  deps: Keys,
  { connectionId, attempt }: Bound,
  { returnTo, link }: Pick<SignInRequest, 'returnTo' | 'link'>,
  now = Date.now(),
): string => {
  const content = { made: now, random: randomBytes(16).toString('base64url'), returnTo, link };
  const text = Buffer.from(JSON.stringify(content)).toString('base64url');
  return `${text}.${sign(deps, ['request', connectionId, attempt, text]).toString('base64url')}`;
};

/** Null for one that is over, or that another browser or another connection was given. */
export const readSignInRequest = (
  deps: Keys,
  { connectionId, attempt }: Bound,
  given: string,
  now = Date.now(),
): SignInRequest | null => {
  const [text = '', signature = ''] = given.split('.');
  const right = sign(deps, ['request', connectionId, attempt, text]);
  const bytes = Buffer.from(signature, 'base64url');
  if (bytes.length !== right.length || !timingSafeEqual(bytes, right)) return null;
  const { made, returnTo, link } = Content.parse(JSON.parse(Buffer.from(text, 'base64url').toString()));
  return made <= now && now - made < livesMilliseconds ? { requestedAt: new Date(made), returnTo, link } : null;
};

/** Another secret of the same request that only this store can tell: what is sent openly tells nothing of it. */
export const secretOfRequest = (deps: Keys, purpose: 'nonce' | 'code-verifier', request: string): string =>
  sign(deps, [purpose, request]).toString('base64url');
