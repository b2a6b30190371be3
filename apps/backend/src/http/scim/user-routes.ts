import { findPeople, findPerson, listPeople, type Page } from '../../accounts/provisioning/find-people.ts';
import { groupsOf } from '../../accounts/provisioning/groups-of.ts';
import type { Person } from '../../accounts/provisioning/person.ts';
import { removePerson } from '../../accounts/provisioning/remove-person.ts';
import { createPerson, updatePerson } from '../../accounts/provisioning/write-person.ts';
import { isKnown, requireMatch } from './protocol/entity-tag.ts';
import { listAnswer, type ListQuery, readQuery } from './protocol/list-query.ts';
import { applyPatch } from './protocol/read-patch.ts';
import { answer, answerResource, idOf, keyOf, type ScimOptions, type ScimRoutes } from './scim-context.ts';
import { matching, onlyEquality, parseFilter } from './protocol/scim-filter.ts';
import { ignoredOfUsers } from './protocol/scim-schemas.ts';
import { describedBy, patchableUser, readUser, saidActive, userResource } from './user-resource.ts';

/** The columns by which one person is looked for. */
const columns: Readonly<Record<string, 'userName' | 'externalId'>> = { username: 'userName', externalid: 'externalId' };

type Where = Pick<ScimOptions, 'deps' | 'origin'>;

const groupsOfAll = async ({ deps, origin }: Where, connectionId: string, people: readonly Person[]) => ({
  origin,
  groups: await groupsOf(
    deps,
    connectionId,
    people.map(({ row }) => row.id),
  ),
});

export const userRoutes: ScimRoutes = (app, { deps, origin }) => {
  const groupsOfOne = (person: Person) => groupsOfAll({ deps, origin }, person.row.connectionId, [person]);

  app.get('/Users', async (request, reply) => {
    const query = readQuery(request.query);
    const { found, total } = await userPage({ deps, origin }, keyOf(request).connectionId, query);
    return answer(reply, 200, listAnswer(found, { total, offset: query.offset }));
  });
  app.post('/Users', async (request, reply) => {
    const { attributes } = readQuery(request.query);
    const person = await createPerson(deps, keyOf(request), readUser(request.body));
    return answerResource(reply, 201, userResource(person, await groupsOfOne(person), attributes));
  });
  app.get('/Users/:id', async (request, reply) => {
    const { attributes } = readQuery(request.query);
    const person = await findPerson(deps, keyOf(request).connectionId, idOf(request));
    const resource = userResource(person, await groupsOfOne(person), attributes);
    return isKnown(request, resource.tag)
      ? reply.code(304).header('etag', resource.tag).send()
      : answerResource(reply, 200, resource);
  });
  app.put('/Users/:id', async (request, reply) => {
    const { attributes } = readQuery(request.query);
    const description = readUser(request.body);
    const person = await updatePerson(deps, keyOf(request), idOf(request), async (present) => {
      requireMatch(request, userResource(present, await groupsOfOne(present)).tag);
      return { description, wasActive: saidActive(present) !== false };
    });
    return answerResource(reply, 200, userResource(person, await groupsOfOne(person), attributes));
  });
  app.patch('/Users/:id', async (request, reply) => {
    const { attributes } = readQuery(request.query);
    const person = await updatePerson(deps, keyOf(request), idOf(request), async (present) => {
      const given = await groupsOfOne(present);
      requireMatch(request, userResource(present, given).tag);
      const patched = await applyPatch(request.body, patchableUser(present, given), ignoredOfUsers);
      return { description: describedBy(patched), wasActive: saidActive(present) !== false };
    });
    return answerResource(reply, 200, userResource(person, await groupsOfOne(person), attributes));
  });
  app.delete('/Users/:id', async (request, reply) => {
    await removePerson(deps, keyOf(request), idOf(request), async (present) =>
      requireMatch(request, userResource(present, await groupsOfOne(present)).tag),
    );
    return reply.code(204).send();
  });
};

/** One page of those whom the filter means, as they are sent. */
export const userPage = async (
  where: Where,
  connectionId: string,
  query: ListQuery,
): Promise<Page<ReturnType<typeof userResource>['content']>> => {
  const { found, total } = await findPage(where, connectionId, query);
  const given = await groupsOfAll(where, connectionId, found);
  return { found: found.map((person) => userResource(person, given, query.attributes).content), total };
};

/** What clients ask before they create somebody is looked up by its column. */
const findPage = async (
  where: Where,
  connectionId: string,
  { filter, offset, count }: ListQuery,
): Promise<Page<Person>> => {
  if (filter === null) return listPeople(where.deps, connectionId, { offset, count });
  const parsed = parseFilter(filter);
  const equality = onlyEquality(filter);
  const column = equality === null ? undefined : columns[equality.attribute];
  const named = column === undefined || equality === null ? {} : { [column]: equality.value };
  const people = await findPeople(where.deps, connectionId, named);
  const given = await groupsOfAll(where, connectionId, people);
  const found = matching(parsed, people, (person) => userResource(person, given).content);
  return { found: found.slice(offset, offset + count), total: found.length };
};
