import { findGroup, findGroups, listGroups } from '../../accounts/provisioning/groups/find-groups.ts';
import { createGroup, removeGroup, updateGroup } from '../../accounts/provisioning/groups/write-group.ts';
import type { Page } from '../../accounts/provisioning/find-people.ts';
import type { Rows } from '../../rows/row-kinds.ts';
import { isKnown, requireMatch } from './protocol/entity-tag.ts';
import { describedGroup, groupResource, ignoredOfGroups, patchableGroup, readGroup } from './group-resource.ts';
import { listAnswer, type ListQuery, readQuery } from './protocol/list-query.ts';
import { applyPatch } from './protocol/read-patch.ts';
import { answer, answerResource, idOf, keyOf, type ScimOptions, type ScimRoutes } from './scim-context.ts';
import { matching, onlyEquality, parseFilter } from './protocol/scim-filter.ts';

export const groupRoutes: ScimRoutes = (app, { deps, origin }) => {
  app.get('/Groups', async (request, reply) => {
    const query = readQuery(request.query);
    const { found, total } = await groupPage({ deps, origin }, keyOf(request).connectionId, query);
    return answer(reply, 200, listAnswer(found, { total, offset: query.offset }));
  });
  app.post('/Groups', async (request, reply) => {
    const { attributes } = readQuery(request.query);
    const group = await createGroup(deps, keyOf(request), readGroup(request.body));
    return answerResource(reply, 201, groupResource(group, origin, attributes));
  });
  app.get('/Groups/:id', async (request, reply) => {
    const { attributes } = readQuery(request.query);
    const group = await findGroup(deps, keyOf(request).connectionId, idOf(request));
    const resource = groupResource(group, origin, attributes);
    return isKnown(request, resource.tag)
      ? reply.code(304).header('etag', resource.tag).send()
      : answerResource(reply, 200, resource);
  });
  app.put('/Groups/:id', async (request, reply) => {
    const { attributes } = readQuery(request.query);
    const description = readGroup(request.body);
    const group = await updateGroup(deps, keyOf(request), idOf(request), async (present) => {
      requireMatch(request, groupResource(present, origin).tag);
      return description;
    });
    return answerResource(reply, 200, groupResource(group, origin, attributes));
  });
  app.patch('/Groups/:id', async (request, reply) => {
    const { attributes } = readQuery(request.query);
    const group = await updateGroup(deps, keyOf(request), idOf(request), async (present) => {
      requireMatch(request, groupResource(present, origin).tag);
      return describedGroup(await applyPatch(request.body, patchableGroup(present, origin), ignoredOfGroups));
    });
    return answerResource(reply, 200, groupResource(group, origin, attributes));
  });
  app.delete('/Groups/:id', async (request, reply) => {
    await removeGroup(deps, keyOf(request), idOf(request), (present) =>
      requireMatch(request, groupResource(present, origin).tag),
    );
    return reply.code(204).send();
  });
};

type Where = Pick<ScimOptions, 'deps' | 'origin'>;

/** One page of those that the filter means, as they are sent. */
export const groupPage = async (
  { deps, origin }: Where,
  connectionId: string,
  query: ListQuery,
): Promise<Page<ReturnType<typeof groupResource>['content']>> => {
  const { found, total } = await findPage({ deps, origin }, connectionId, query);
  return { found: found.map((group) => groupResource(group, origin, query.attributes).content), total };
};

const findPage = async (
  { deps, origin }: Where,
  connectionId: string,
  { filter, offset, count }: ListQuery,
): Promise<Page<Rows['scimGroup']>> => {
  if (filter === null) return listGroups(deps, connectionId, { offset, count });
  const parsed = parseFilter(filter);
  const equality = onlyEquality(filter);
  const named = equality?.attribute === 'externalid' ? { externalId: equality.value } : {};
  const groups = await findGroups(deps, connectionId, named);
  const found = matching(parsed, groups, (group) => groupResource(group, origin).content);
  return { found: found.slice(offset, offset + count), total: found.length };
};
