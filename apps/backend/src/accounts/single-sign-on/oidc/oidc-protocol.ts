import { OidcSettings, type SignInConnectionTest } from '@secret-store/api';
import {
  authorizationCodeGrant,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  type Configuration,
  fetchUserInfo,
} from 'openid-client';
import { z } from 'zod';
import type { Dependencies } from '../../../dependencies.ts';
import type { Reach } from '../../../outgoing/reach-outside.ts';
import type { Rows } from '../../../rows/row-kinds.ts';
import type { Outsider } from '../../outside/outsider.ts';
import { addressesOf } from '../connections/addresses.ts';
import { type Answered, type Asking, NotSignedIn, type Protocol } from '../requests/protocol.ts';
import { secretOfRequest } from '../requests/sign-in-request.ts';
import { OidcConfigurations, oidcProblem } from './oidc-configuration.ts';

type Claims = Readonly<Record<string, unknown>>;

const Text = z.string().min(1).max(1_024);
const Groups = z.array(z.string().max(1_024)).max(2_000);
const shown = (value: unknown): string | null => Text.safeParse(value).data?.slice(0, 320) ?? null;

/** OpenID Connect: authorization code with PKCE, nonce, and ID tokens whose signatures are verified. */
export const createOidc = (deps: Pick<Dependencies, 'keys'>, reach: Reach = {}): Protocol => {
  const configurations = new OidcConfigurations(deps, reach);

  const start = async ({ connection, origin, request }: Asking): Promise<URL> => {
    const configuration = await configurations.of(connection);
    const { scopes } = OidcSettings.parse(connection.settings);
    return buildAuthorizationUrl(configuration, {
      ...{ response_type: 'code', redirect_uri: addressesOf(origin, connection.name).callback },
      ...{ scope: [...new Set(['openid', ...scopes])].join(' '), state: request },
      nonce: secretOfRequest(deps, 'nonce', request),
      code_challenge: await calculatePKCECodeChallenge(secretOfRequest(deps, 'code-verifier', request)),
      code_challenge_method: 'S256',
    });
  };

  const finish = async ({ connection, origin, request, answer }: Answered): Promise<Outsider> => {
    const configuration = await configurations.of(connection);
    // the address that the identity provider knows, whatever the request was sent to
    const url = new URL(addressesOf(origin, connection.name).callback);
    url.search = answer.url.search;
    try {
      const tokens = await authorizationCodeGrant(configuration, url, {
        ...{ expectedState: request, expectedNonce: secretOfRequest(deps, 'nonce', request) },
        ...{ pkceCodeVerifier: secretOfRequest(deps, 'code-verifier', request), idTokenExpected: true },
      });
      const claims = tokens.claims();
      if (claims === undefined) throw new NotSignedIn('The answer has no ID token.');
      return outsiderOf(connection, claims, await userInfoOf(configuration, tokens.access_token, claims));
    } catch (error) {
      throw oidcProblem(error);
    }
  };

  const test = async (connection: Rows['signInConnection']): Promise<SignInConnectionTest> => {
    const checks: SignInConnectionTest['checks'] = [];
    try {
      const metadata = (await configurations.fresh(connection)).serverMetadata();
      checks.push({ name: 'Discovery', passed: true, message: `The issuer is ${metadata.issuer}.` });
      for (const [name, address] of [
        ['Sign-in page', metadata.authorization_endpoint],
        ['Token endpoint', metadata.token_endpoint],
      ] as const)
        checks.push({ name, passed: address !== undefined, message: address ?? 'The issuer names none.' });
      checks.push(await keysOf(connection, metadata.jwks_uri));
    } catch (error) {
      checks.push({ name: 'Discovery', passed: false, message: oidcProblem(error).message });
    }
    return { works: checks.every(({ passed }) => passed), checks };
  };

  const keysOf = async (connection: Rows['signInConnection'], address: string | undefined) => {
    const name = 'Signing keys';
    if (address === undefined) return { name, passed: false, message: 'The issuer names no keys.' };
    const answer = await configurations.fetch(connection, address).catch(oidcProblem);
    if (answer instanceof Error) return { name, passed: false, message: answer.message };
    const keys = Keys.safeParse(await answer.json().catch(() => null)).data?.keys ?? [];
    const message = keys.length === 0 ? `${address} has no keys.` : `There are ${keys.length}.`;
    return { name, passed: keys.length > 0, message };
  };

  return { requestIn: ({ url }) => url.searchParams.get('state'), start, finish, test };
};

const Keys = z.object({ keys: z.array(z.unknown()) });

/** What some identity providers leave out of the ID token. */
const userInfoOf = async (configuration: Configuration, accessToken: string, { sub }: { sub: string }) =>
  configuration.serverMetadata().userinfo_endpoint === undefined ? {} : fetchUserInfo(configuration, accessToken, sub);

/** The signed ID token says who it is; what it does not say of the person, the user info does. */
const outsiderOf = (connection: Rows['signInConnection'], token: Claims, userInfo: Claims): Outsider => {
  const { subjectClaim, usernameClaim, groupsClaim } = OidcSettings.parse(connection.settings);
  const subject = Text.safeParse(token[subjectClaim]).data;
  if (subject === undefined) throw new NotSignedIn(`The ID token has no claim ${subjectClaim}.`);
  const claim = (name: string): unknown => token[name] ?? userInfo[name];
  return {
    ...{ connectionId: connection.id, subject, username: shown(claim(usernameClaim)) ?? subject.slice(0, 320) },
    ...{ displayName: shown(claim('name')), email: shown(claim('email')) },
    groups: Groups.safeParse(claim(groupsClaim) ?? []).data ?? [],
  };
};
