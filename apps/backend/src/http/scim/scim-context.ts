import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { RefusalCounter } from '../../audit/refusal-counter.ts';
import type { RateLimits } from '../../accounts/attempts/rate-limits.ts';
import type { UseNotes } from '../../accounts/use-notes.ts';
import type { Dependencies } from '../../dependencies.ts';
import type { Rows } from '../../rows/row-kinds.ts';
import { scimContentType } from './protocol/scim-errors.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** what a request to SCIM came with; null elsewhere */
    scimKey: Rows['scimKey'] | null;
  }
}

export interface ScimOptions {
  readonly deps: Pick<Dependencies, 'db' | 'keys' | 'ledger' | 'log'>;
  readonly limits: RateLimits;
  readonly refusals: RefusalCounter;
  readonly uses: UseNotes;
  /** the address that clients see */
  readonly origin: string;
}

export type ScimRoutes = (app: FastifyInstance, options: ScimOptions) => void;

export const scimPath = '/scim/v2';

/** Authentication ran before. */
export const keyOf = ({ scimKey }: FastifyRequest): Rows['scimKey'] => {
  if (scimKey === null) throw new Error('a route of SCIM was reached without a key');
  return scimKey;
};

export const idOf = (request: FastifyRequest): string =>
  // the route's own parameter
  (request.params as { readonly id: string }).id;

export const answer = (reply: FastifyReply, status: number, content: object): FastifyReply =>
  reply.code(status).type(scimContentType).send(content);

/** A resource with its version, which clients name where they change it. */
export const answerResource = (
  reply: FastifyReply,
  status: number,
  { tag, location, content }: { readonly tag: string; readonly location: string; readonly content: object },
): FastifyReply => answer(reply.headers({ etag: tag, ...(status === 201 && { location }) }), status, content);
