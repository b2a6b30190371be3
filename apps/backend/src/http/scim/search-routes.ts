import { groupPage } from './group-routes.ts';
import { listAnswer, readQuery } from './protocol/list-query.ts';
import { answer, keyOf, type ScimRoutes } from './scim-context.ts';
import { userPage } from './user-routes.ts';

/** Lists whose parameters stand in the body (RFC 7644, section 3.4.3). */
export const searchRoutes: ScimRoutes = (app, options) => {
  for (const [path, page] of [
    ['/Users/.search', userPage],
    ['/Groups/.search', groupPage],
  ] as const) {
    app.post(path, async (request, reply) => {
      const query = readQuery(request.body);
      const { found, total } = await page(options, keyOf(request).connectionId, query);
      return answer(reply, 200, listAnswer(found, { total, offset: query.offset }));
    });
  }
  // users first, then groups
  app.post('/.search', async (request, reply) => {
    const query = readQuery(request.body);
    const { connectionId } = keyOf(request);
    const users = await userPage(options, connectionId, query);
    const rest = { offset: Math.max(query.offset - users.total, 0), count: query.count - users.found.length };
    const groups = await groupPage(options, connectionId, { ...query, ...rest });
    const total = users.total + groups.total;
    return answer(reply, 200, listAnswer([...users.found, ...groups.found], { total, offset: query.offset }));
  });
};
