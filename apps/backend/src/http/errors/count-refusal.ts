import type { ApiError } from '@secret-store/api';
import type { FastifyRequest } from 'fastify';
import type { AuditActor } from '../../audit/audit-entry.ts';
import { anonymous, type RefusalCounter } from '../../audit/refusal-counter.ts';
import { clientAddress } from '../../client-address.ts';
import { userActor } from '../../audit/user-actor.ts';

const actorOf = ({ actor, worker }: FastifyRequest): AuditActor => {
  if (actor) return userActor(actor);
  return worker ? { type: 'worker', id: worker.workerId } : anonymous;
};

/**
 * Counts an answer of 2001, and of 2005, for the audit.
 * @param procedure of tRPC, where the route does not tell what was asked
 */
export const countRefusal = (
  refusals: RefusalCounter,
  request: FastifyRequest,
  error: ApiError,
  procedure?: string,
): void => {
  if (error.errorName !== 'NotAuthorized' && error.errorName !== 'JoinRefused') return;
  const id = procedure ?? `${request.method} ${request.routeOptions.url ?? 'elsewhere'}`;
  const subject = { type: procedure === undefined ? 'route' : 'procedure', id };
  refusals.count({ action: 'request.refuse', actor: actorOf(request), subject, address: clientAddress(request) });
};
