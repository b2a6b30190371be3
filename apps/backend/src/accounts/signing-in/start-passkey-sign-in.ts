import { randomBytes } from 'node:crypto';
import { generateAuthenticationOptions, type PublicKeyCredentialRequestOptionsJSON } from '@simplewebauthn/server';
import type { Dependencies } from '../../dependencies.ts';
import type { Auth } from '../auth.ts';
import { newChallenge } from '../passkeys/challenge.ts';
import type { RelyingParty } from '../passkeys/relying-party.ts';
import { requireParty } from '../passkeys/start-passkey.ts';

const attemptBytes = 16;
const attemptSeconds = 5 * 60;

/** The cookie that tells which browser a challenge was made for. */
const attemptCookie = async (auth: Auth) =>
  (await auth.$context).createAuthCookie('passkey_attempt', { maxAge: attemptSeconds });

export const attemptOf = async (auth: Auth, cookies: string): Promise<string | null> => {
  const { name } = await attemptCookie(auth);
  const pair = cookies.split(/; */).find((text) => text.startsWith(`${name}=`));
  return pair === undefined ? null : pair.slice(name.length + 1);
};

interface Started {
  readonly options: Omit<PublicKeyCredentialRequestOptionsJSON, 'extensions'>;
  /** complete Set-Cookie headers */
  readonly setCookies: readonly string[];
}

/** A challenge for any passkey of this store, which asks for a PIN, a finger or a face. */
export const startPasskeySignIn = async (
  deps: Pick<Dependencies, 'keys'>,
  auth: Auth,
  party: RelyingParty | null,
): Promise<Started> => {
  const attempt = randomBytes(attemptBytes).toString('base64url');
  const { extensions: _unused, ...options } = await generateAuthenticationOptions({
    ...{ rpID: requireParty(party).id, userVerification: 'required' },
    challenge: newChallenge(deps, { type: 'sign-in', attempt }),
  });
  const { name, attributes } = await attemptCookie(auth);
  const secure = attributes.secure === true ? '; Secure' : '';
  const cookie = `${name}=${attempt}; Max-Age=${attemptSeconds}; Path=/; HttpOnly; SameSite=Strict${secure}`;
  return { options, setCookies: [cookie] };
};
