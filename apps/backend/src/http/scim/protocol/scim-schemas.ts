import { Schemas } from 'scimmy';

/** What the store keeps of a person. Of everything else that SCIM knows, such as `password` and `roles`, nothing is read or stored. */
const keptOfUsers = new Set([
  'schemas',
  'id',
  'externalId',
  'meta',
  'userName',
  'name',
  'displayName',
  'title',
  'active',
  'emails',
  'groups',
]);

const usersDefinition = Schemas.User.definition;

/** Attributes of SCIM that the store leaves out, in lower case: a client may send them, and they are ignored. */
export const ignoredOfUsers: ReadonlySet<string> = new Set(
  usersDefinition.attributes
    .map(({ name }) => name)
    .filter((name) => !keptOfUsers.has(name))
    .map((name) => name.toLowerCase()),
);

usersDefinition.truncate(...usersDefinition.attributes.filter(({ name }) => !keptOfUsers.has(name)));

// no name of a member is kept beside the member's own
Schemas.Group.definition.attribute('members').truncate('display');
// groups are flat: their members are people
Schemas.Group.definition.attribute('members.$ref').config.referenceTypes = ['User'];
Schemas.Group.definition.attribute('members.type').config.canonicalValues = ['User'];

export const UserSchema = Schemas.User;
export const GroupSchema = Schemas.Group;
