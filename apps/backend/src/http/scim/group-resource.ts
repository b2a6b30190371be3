import type { Types } from 'scimmy';
import { z } from 'zod';
import type { GroupDescription } from '../../accounts/provisioning/groups/write-group.ts';
import type { Rows } from '../../rows/row-kinds.ts';
import { entityTag } from './protocol/entity-tag.ts';
import { readBody } from './protocol/read-body.ts';
import { scimProblem } from './protocol/scim-errors.ts';
import { scimPath } from './scim-context.ts';
import { GroupSchema } from './protocol/scim-schemas.ts';

const Said = z.object({
  displayName: z.string().trim().min(1).max(256),
  externalId: z.string().min(1).max(256).optional(),
  members: z.array(z.object({ value: z.string() })).optional(),
});

/** The store keeps all of a group. */
export const ignoredOfGroups: ReadonlySet<string> = new Set();

/** @throws {SCIMError} 400 for a group that cannot be one */
export const describedGroup = (group: Types.Schema): GroupDescription => {
  const said = Said.safeParse(JSON.parse(JSON.stringify(group)));
  if (!said.success) {
    const field = String(said.error.issues[0]?.path[0] ?? 'The group');
    throw scimProblem(400, 'invalidValue', `${field} is missing, empty or too long: at most 256 characters.`);
  }
  const { displayName, externalId = null, members = [] } = said.data;
  return { displayName, externalId, memberIds: members.map(({ value }) => value) };
};

export const readGroup = (body: unknown): GroupDescription =>
  describedGroup(readBody(body, ignoredOfGroups, (read) => new GroupSchema(read, 'in')));

const contentOf = ({ id, displayName, externalId, memberIds }: Rows['scimGroup'], origin: string) => ({
  ...{ id, displayName, ...(externalId !== null && { externalId }) },
  ...(memberIds.length > 0 && {
    members: memberIds.map((value) => ({ value, type: 'User', $ref: `${origin}${scimPath}/Users/${value}` })),
  }),
});

export const groupResource = (group: Rows['scimGroup'], origin: string, attributes?: Types.Filter) => {
  const said = contentOf(group, origin);
  const tag = entityTag(said);
  const base = `${origin}${scimPath}/Groups`;
  const { createdAt, updatedAt, id } = group;
  const meta = { created: createdAt.toISOString(), lastModified: updatedAt.toISOString(), version: tag };
  return { tag, location: `${base}/${id}`, content: new GroupSchema({ ...said, meta }, 'out', base, attributes) };
};

export const patchableGroup = (group: Rows['scimGroup'], origin: string): InstanceType<typeof GroupSchema> =>
  new GroupSchema(contentOf(group, origin), 'out');
