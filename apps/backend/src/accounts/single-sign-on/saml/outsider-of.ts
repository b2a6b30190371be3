import type { SamlSettings } from '@secret-store/api';
import type { Outsider } from '../../outside/outsider.ts';
import type { SignedAssertion } from './read-assertion.ts';
import { SamlProblem } from './xml/saml-problem.ts';

/** As identity providers call them: by a plain name, by an OID of LDAP, or by a claim of Microsoft's. */
const displayNameAttributes = [
  ...['displayName', 'name', 'cn', 'urn:oid:2.16.840.1.113730.3.1.241', 'urn:oid:2.5.4.3'],
  'http://schemas.microsoft.com/identity/claims/displayname',
];
const emailAttributes = [
  ...['email', 'mail', 'urn:oid:0.9.2342.19200300.100.1.3', 'urn:oid:1.2.840.113549.1.9.1'],
  'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress',
];

interface Connection {
  readonly id: string;
  readonly settings: Pick<SamlSettings, 'usernameAttribute' | 'groupsAttribute'>;
}

/**
 * Who signed in. The NameID is who they are for ever: another name or address of the same person changes nothing.
 * @throws {SamlProblem}
 */
export const outsiderOf = ({ id, settings }: Connection, { nameId, attributes }: SignedAssertion): Outsider => {
  const { usernameAttribute, groupsAttribute } = settings;
  const first = (names: readonly string[]): string | null =>
    names.flatMap((name) => attributes.get(name) ?? []).at(0) ?? null;
  const username = usernameAttribute === null ? nameId : first([usernameAttribute]);
  if (username === null) {
    throw new SamlProblem(`The assertion has no attribute “${usernameAttribute}”, which the username is made of.`);
  }
  return {
    ...{ connectionId: id, subject: nameId, username },
    ...{ displayName: first(displayNameAttributes), email: first(emailAttributes) },
    groups: attributes.get(groupsAttribute) ?? [],
  };
};
