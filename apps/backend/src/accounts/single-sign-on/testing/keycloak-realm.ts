/** A person of the realm, who signs in with this password. */
export const maria = { username: 'maria', password: 'maria-at-keycloak', groups: ['operators'] };
export const realmName = 'company';
export const clientSecret = 'secret-of-the-store-at-keycloak';

export interface Registered {
  /** of OpenID Connect */
  readonly callback: string;
  /** of SAML */
  readonly entityId: string;
  readonly acs: string;
}

const groupsOf = (protocol: 'openid-connect' | 'saml') => ({
  name: 'groups',
  protocol,
  protocolMapper: protocol === 'saml' ? 'saml-group-membership-mapper' : 'oidc-group-membership-mapper',
  config:
    protocol === 'saml'
      ? { 'attribute.name': 'groups', single: 'true', 'full.path': 'false' }
      : { 'claim.name': 'groups', 'full.path': 'false', 'id.token.claim': 'true', 'userinfo.token.claim': 'true' },
});

/** What Keycloak imports: one person in a group, and this store as a client of each protocol. */
export const realmOf = ({ callback, entityId, acs }: Registered) => ({
  ...{ realm: realmName, enabled: true, sslRequired: 'none', registrationAllowed: false },
  groups: [{ name: 'operators' }],
  users: [
    {
      ...{ username: maria.username, enabled: true, emailVerified: true, email: 'maria.garcia@example.com' },
      ...{ firstName: 'Maria', lastName: 'Garcia', groups: ['/operators'] },
      credentials: [{ type: 'password', value: maria.password, temporary: false }],
    },
  ],
  clients: [
    {
      ...{ clientId: 'secret-store', protocol: 'openid-connect', publicClient: false, secret: clientSecret },
      ...{ redirectUris: [callback], standardFlowEnabled: true, directAccessGrantsEnabled: false },
      attributes: { 'pkce.code.challenge.method': 'S256' },
      protocolMappers: [groupsOf('openid-connect')],
    },
    {
      ...{ clientId: entityId, protocol: 'saml', redirectUris: [acs], frontchannelLogout: true },
      attributes: {
        ...{ 'saml.assertion.signature': 'true', 'saml.server.signature': 'true', 'saml.client.signature': 'false' },
        ...{
          'saml.signature.algorithm': 'RSA_SHA256',
          'saml.force.post.binding': 'true',
          'saml.authnstatement': 'true',
        },
        ...{ saml_name_id_format: 'persistent', saml_assertion_consumer_url_post: acs },
      },
      protocolMappers: [
        groupsOf('saml'),
        {
          ...{ name: 'username', protocol: 'saml', protocolMapper: 'saml-user-property-mapper' },
          config: { 'user.attribute': 'username', 'attribute.name': 'username' },
        },
      ],
    },
  ],
});
