import { z } from 'zod';
import { displayName, id, slug, text, timestamp } from '../text.ts';
import { isOnThisMachine } from '../outgoing/this-machine.ts';

/** Many are a mistake: each is a button of the sign-in page. */
export const signInConnectionsMaximum = 20;

export const SignInConnectionKind = z.enum(['oidc', 'saml']);
export type SignInConnectionKind = z.infer<typeof SignInConnectionKind>;

const faultOf = (value: string): string | null => {
  if (!URL.canParse(value)) return 'must be a whole address, such as https://id.example.com';
  const url = new URL(value);
  const { protocol, username, password, search, hash } = url;
  if (protocol !== 'https:' && !(protocol === 'http:' && isOnThisMachine(url)))
    return 'must begin with https://, or with http:// on this machine';
  return username + password + search + hash === '' ? null : 'must have no user name, password, query or fragment';
};

const issuerAddress = text(1, 2_000).superRefine((value, context) => {
  const fault = faultOf(value);
  if (fault !== null) context.addIssue({ code: 'custom', message: fault });
});

const ssoAddress = text(1, 2_000).refine(
  (value) => URL.canParse(value) && ['https:', 'http:'].includes(new URL(value).protocol),
  'must be a whole address, such as https://id.example.com/sso',
);

const claim = text(1, 128);

/** Of OpenID Connect. */
export const OidcSettings = z.strictObject({
  clientId: text(1, 256),
  scopes: z
    .array(text(1, 128).regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/, 'must have no spaces and no quotes'))
    .max(20)
    .default(['openid', 'profile', 'email'])
    .describe('`openid` is asked for in any case'),
  subjectClaim: claim.default('sub').describe('what the provider calls a person for ever'),
  usernameClaim: claim.default('preferred_username').describe('what a new account’s name is made of'),
  groupsClaim: claim.default('groups').describe('the names of the groups that a person is in'),
});
export type OidcSettings = z.infer<typeof OidcSettings>;

/** Of SAML 2.0. */
export const SamlSettings = z.strictObject({
  ssoUrl: ssoAddress.describe('where the identity provider takes requests to sign in (HTTP-Redirect)'),
  certificates: z
    .array(text(1, 20_000))
    .min(1, 'must have one certificate or more')
    .max(5)
    .describe('in PEM: what the identity provider signs with'),
  usernameAttribute: claim.nullable().default(null).describe('null: the NameID'),
  groupsAttribute: claim.default('groups'),
});
export type SamlSettings = z.infer<typeof SamlSettings>;

const domain = z
  .string()
  .toLowerCase()
  .regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/, 'must be a domain, such as example.com')
  .max(253);

const common = {
  displayName: displayName.describe('stands on the button of the sign-in page'),
  domains: z
    .array(domain)
    .max(100)
    .default([])
    .describe('who types a name of one of them, such as ada@example.com, is sent there'),
  makesAccounts: z
    .boolean()
    .default(true)
    .describe('whether who is new gets an account at once; if not, an administrator decides on each'),
  isEnabled: z.boolean().default(true),
};

const clientSecret = text(1, 2_000).optional();

export const SignInConnectionRequest = z.discriminatedUnion('kind', [
  z.strictObject({
    ...{ kind: z.literal('oidc'), name: slug, issuer: issuerAddress, settings: OidcSettings, ...common },
    clientSecret: clientSecret.describe('never shown again; none: the client is public'),
  }),
  z.strictObject({
    ...{ kind: z.literal('saml'), name: slug, issuer: text(1, 1_024), settings: SamlSettings, ...common },
  }),
]);
export type SignInConnectionRequest = z.infer<typeof SignInConnectionRequest>;

/** Kind, name and issuer stay: who a person is at the issuer means nothing at another one. */
export const SignInConnectionUpdate = z.discriminatedUnion('kind', [
  z.strictObject({
    ...{ connectionId: id, kind: z.literal('oidc'), settings: OidcSettings, ...common },
    clientSecret: clientSecret.describe('left out: the present one stays'),
  }),
  z.strictObject({ ...{ connectionId: id, kind: z.literal('saml'), settings: SamlSettings, ...common } }),
]);
export type SignInConnectionUpdate = z.infer<typeof SignInConnectionUpdate>;

const shown = {
  id: z.uuid(),
  name: z.string(),
  displayName: z.string(),
  issuer: z.string(),
  domains: z.array(z.string()),
  makesAccounts: z.boolean(),
  isEnabled: z.boolean(),
  created: timestamp,
  /** how many people have signed in with it, or are linked to it */
  people: z.int().min(0),
};

export const SignInConnectionInfo = z.discriminatedUnion('kind', [
  z.object({
    ...shown,
    kind: z.literal('oidc'),
    settings: OidcSettings,
    hasClientSecret: z.boolean(),
    /** to be registered at the identity provider */
    callbackUrl: z.string(),
  }),
  z.object({
    ...shown,
    kind: z.literal('saml'),
    settings: SamlSettings,
    /** to be registered at the identity provider */
    acsUrl: z.string(),
    /** tells the identity provider all of it; also the store's entity id */
    metadataUrl: z.string(),
  }),
]);
export type SignInConnectionInfo = z.infer<typeof SignInConnectionInfo>;

/** What a test of a connection found, in the order in which it was looked at. Nobody signs in by it. */
export const SignInConnectionTest = z.object({
  works: z.boolean(),
  checks: z.array(z.object({ name: z.string(), passed: z.boolean(), message: z.string() })),
});
export type SignInConnectionTest = z.infer<typeof SignInConnectionTest>;

/** What everybody sees on the sign-in page. */
export const OfferedConnection = z.object({ name: z.string(), displayName: z.string(), kind: SignInConnectionKind });
export type OfferedConnection = z.infer<typeof OfferedConnection>;

/** Who one is at an identity provider. */
export const IdentityInfo = z.object({
  id: z.uuid(),
  /** how the connection is called; null: it is gone, or SCIM made the identity */
  connection: z.string().nullable(),
  /** as the identity provider writes it */
  username: z.string(),
  created: timestamp,
});
export type IdentityInfo = z.infer<typeof IdentityInfo>;
