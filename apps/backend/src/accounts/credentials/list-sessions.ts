import type { Actor, PersonalListQuery, SessionInfo, SessionPage } from '@secret-store/api';
import { z } from 'zod';
import type { Dependencies } from '../../dependencies.ts';
import { pageMarker, readLimit, readPageMarker } from '../../paging.ts';
import type { Rows } from '../../rows/row-kinds.ts';
import { manageableUser } from '../user-named.ts';

/** Where the last session of a page is: its time and id. */
const Place = z.tuple([z.iso.datetime(), z.string()]);

const placeOf = ({ createdAt, id }: Rows['session']): [string, string] => [createdAt.toISOString(), id];
const textOf = (session: Rows['session']): string => placeOf(session).join(' ');

/** One page of a user's sessions that are not over, newest first. */
export const listSessions = async (
  deps: Pick<Dependencies, 'ledger'>,
  actor: Actor,
  username: string,
  query: PersonalListQuery,
): Promise<SessionPage> => {
  const { id: userId } = await manageableUser(deps, actor, username);
  const limit = readLimit(query.limit);
  const place = query.marker === undefined ? null : readPageMarker(Place, query.marker).join(' ');
  const now = new Date();
  const sessions = (await deps.ledger.find('session', { userId }))
    .filter((session) => session.expiresAt > now && (place === null || textOf(session) < place))
    .sort((left, right) => (textOf(left) < textOf(right) ? 1 : -1));
  const page = sessions.slice(0, limit);
  const last = page.at(-1);
  return {
    results: page.map((session) => sessionInfoOf(session, actor)),
    marker: sessions.length > limit && last !== undefined ? pageMarker(placeOf(last)) : null,
  };
};

const sessionInfoOf = (session: Rows['session'], { sessionId }: Actor): SessionInfo => ({
  id: session.id,
  created: session.createdAt.toISOString(),
  expires: session.expiresAt.toISOString(),
  address: session.ipAddress,
  userAgent: session.userAgent,
  isCurrent: session.id === sessionId,
});
