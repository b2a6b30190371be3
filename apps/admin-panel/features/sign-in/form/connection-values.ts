import type {
  SignInConnectionInfo,
  SignInConnectionKind,
  SignInConnectionRequest,
  SignInConnectionUpdate,
} from '@secret-store/api/schemas';

/** Of both kinds: lists are texts, as they are typed. */
export interface ConnectionValues {
  readonly name: string;
  readonly displayName: string;
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scopes: string;
  readonly subjectClaim: string;
  readonly usernameClaim: string;
  readonly groupsClaim: string;
  readonly ssoUrl: string;
  readonly certificates: string;
  readonly usernameAttribute: string;
  readonly groupsAttribute: string;
  readonly domains: string;
  readonly makesAccounts: boolean;
  readonly isEnabled: boolean;
}

export const newConnection: ConnectionValues = {
  ...{ name: '', displayName: '', issuer: '', clientId: '', clientSecret: '', scopes: 'openid profile email' },
  ...{ subjectClaim: 'sub', usernameClaim: 'preferred_username', groupsClaim: 'groups' },
  ...{ ssoUrl: '', certificates: '', usernameAttribute: '', groupsAttribute: 'groups' },
  ...{ domains: '', makesAccounts: true, isEnabled: true },
};

/** What is stored, to change it. The client secret is never there. */
export const valuesOf = (connection: SignInConnectionInfo): ConnectionValues => {
  const { name, displayName, issuer, domains, makesAccounts, isEnabled } = connection;
  const common = {
    ...newConnection,
    ...{ name, displayName, issuer, domains: domains.join(' '), makesAccounts, isEnabled },
  };
  if (connection.kind === 'oidc') {
    const { scopes, ...settings } = connection.settings;
    return { ...common, ...settings, scopes: scopes.join(' ') };
  }
  const { certificates, usernameAttribute, ...settings } = connection.settings;
  return {
    ...common,
    ...settings,
    ...{ certificates: certificates.join('\n'), usernameAttribute: usernameAttribute ?? '' },
  };
};

const entries = (text: string): string[] => text.split(/[\s,]+/).filter((entry) => entry !== '');

/** Several certificates stand one after the other, with or without their lines of dashes. */
const certificatesIn = (text: string): string[] => {
  const framed = text.match(/-----BEGIN [^-]+-----[^-]+-----END [^-]+-----/g);
  return (
    framed ?? (text.trim() === '' ? [] : [`-----BEGIN CERTIFICATE-----\n${text.trim()}\n-----END CERTIFICATE-----`])
  );
};

const settingsOf = {
  oidc: ({ clientId, scopes, subjectClaim, usernameClaim, groupsClaim }: ConnectionValues) => ({
    ...{ clientId, scopes: entries(scopes), subjectClaim, usernameClaim, groupsClaim },
  }),
  saml: ({ ssoUrl, certificates, usernameAttribute, groupsAttribute }: ConnectionValues) => ({
    ...{ ssoUrl, certificates: certificatesIn(certificates), groupsAttribute },
    usernameAttribute: usernameAttribute === '' ? null : usernameAttribute,
  }),
};

const commonOf = ({ displayName, domains, makesAccounts, isEnabled }: ConnectionValues) => ({
  ...{ displayName, domains: entries(domains.toLowerCase()), makesAccounts, isEnabled },
});

const secretOf = ({ clientSecret }: ConnectionValues) => (clientSecret === '' ? {} : { clientSecret });

/** To be checked by the schema of a request. */
export const requestOf = (kind: SignInConnectionKind, values: ConnectionValues): SignInConnectionRequest => {
  const { name, issuer } = values;
  return kind === 'oidc'
    ? { kind, name, issuer, settings: settingsOf.oidc(values), ...commonOf(values), ...secretOf(values) }
    : { kind, name, issuer, settings: settingsOf.saml(values), ...commonOf(values) };
};

export const updateOf = (
  { id: connectionId, kind }: Pick<SignInConnectionInfo, 'id' | 'kind'>,
  values: ConnectionValues,
): SignInConnectionUpdate =>
  kind === 'oidc'
    ? { connectionId, kind, settings: settingsOf.oidc(values), ...commonOf(values), ...secretOf(values) }
    : { connectionId, kind, settings: settingsOf.saml(values), ...commonOf(values) };
