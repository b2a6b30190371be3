import type { Types } from 'scimmy';
import { z } from 'zod';
import type { Person, PersonDescription } from '../../accounts/provisioning/person.ts';
import type { Rows } from '../../rows/row-kinds.ts';
import { entityTag } from './protocol/entity-tag.ts';
import { readBody } from './protocol/read-body.ts';
import { scimProblem } from './protocol/scim-errors.ts';
import { scimPath } from './scim-context.ts';
import { ignoredOfUsers, UserSchema } from './protocol/scim-schemas.ts';

const attributesMaximum = 32_000;

const Email = z.object({ value: z.string().optional(), primary: z.boolean().optional() });
const Said = z.object({
  userName: z.string().trim().min(1).max(256),
  externalId: z.string().min(1).max(256).optional(),
  displayName: z.string().optional(),
  name: z
    .object({ formatted: z.string().optional(), givenName: z.string().optional(), familyName: z.string().optional() })
    .optional(),
  emails: z.array(Email).optional(),
  active: z.boolean().optional(),
});
type Said = z.infer<typeof Said>;

const nameOf = ({ displayName, name }: Said): string | null => {
  const parts = [name?.givenName, name?.familyName].filter((part) => part !== undefined).join(' ');
  return (displayName || name?.formatted || parts || null)?.slice(0, 128) ?? null;
};

const emailOf = ({ emails = [] }: Said): string | null =>
  (emails.find(({ primary }) => primary === true) ?? emails[0])?.value?.slice(0, 256) ?? null;

/** @throws {SCIMError} 400 for a user that cannot be one */
export const describedBy = (user: Types.Schema): PersonDescription => {
  // what the library has read, as plain JSON
  const {
    schemas: _schemas,
    id: _id,
    meta: _meta,
    groups: _groups,
    ...attributes
  } = z.record(z.string(), z.unknown()).parse(JSON.parse(JSON.stringify(user)));
  const said = Said.safeParse(attributes);
  if (!said.success) {
    const field = String(said.error.issues[0]?.path[0] ?? 'The user');
    throw scimProblem(400, 'invalidValue', `${field} is missing, empty or too long: at most 256 characters.`);
  }
  if (JSON.stringify(attributes).length > attributesMaximum) {
    throw scimProblem(400, 'invalidValue', `The user is too large: at most ${attributesMaximum} characters.`);
  }
  const { userName, externalId = null, active = true } = said.data;
  return {
    ...{ userName, externalId, isActive: active, attributes: { ...attributes, userName } },
    ...{ displayName: nameOf(said.data), email: emailOf(said.data) },
  };
};

export const readUser = (body: unknown): PersonDescription =>
  describedBy(readBody(body, ignoredOfUsers, (read) => new UserSchema(read, 'in')));

/** What the source said last, whether or not it could be done: null where it said nothing. */
export const saidActive = ({ row }: Person): boolean | null => {
  const { active } = z.object({ active: z.boolean().optional() }).parse(row.attributes);
  return active ?? null;
};

/** Who has no account, or one that is disabled here, is not active, whatever the source says. */
const shownActive = (person: Person): boolean | undefined =>
  person.user !== null && person.user.disabledAt === null ? (saidActive(person) ?? undefined) : false;

interface Groups {
  readonly origin: string;
  readonly groups: readonly Rows['scimGroup'][];
}

const contentOf = (person: Person, active: boolean | undefined, { origin, groups }: Groups) => ({
  ...z.record(z.string(), z.unknown()).parse(person.row.attributes),
  ...{ id: person.row.id, active },
  groups: groups
    .filter(({ memberIds }) => memberIds.includes(person.row.id))
    .map(({ id, displayName }) => ({
      ...{ value: id, display: displayName, type: 'direct', $ref: `${origin}${scimPath}/Groups/${id}` },
    })),
});

/** The user as the source sees it. */
export const userResource = (person: Person, given: Groups, attributes?: Types.Filter) => {
  const { createdAt, updatedAt, id } = person.row;
  const said = contentOf(person, shownActive(person), given);
  const tag = entityTag(said);
  const base = `${given.origin}${scimPath}/Users`;
  const meta = { created: createdAt.toISOString(), lastModified: updatedAt.toISOString(), version: tag };
  return { tag, location: `${base}/${id}`, content: new UserSchema({ ...said, meta }, 'out', base, attributes) };
};

/** The user that a patch changes: with what the source has said, not with what became of it. */
export const patchableUser = (person: Person, given: Groups): InstanceType<typeof UserSchema> =>
  new UserSchema(contentOf(person, saidActive(person) ?? undefined, given), 'out');
