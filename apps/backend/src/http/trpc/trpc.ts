import { type Actor, ApiError, type Permission } from '@secret-store/api';
import { initTRPC, TRPCError } from '@trpc/server';
import type { Auth } from '../../accounts/auth.ts';
import { requirePermission } from '../../accounts/permissions.ts';
import type { RateLimits } from '../../accounts/rate-limits.ts';
import type { RefusalCounter } from '../../audit/refusal-counter.ts';
import type { Dependencies } from '../../dependencies.ts';
import { errorData } from './error-data.ts';

/** What a person's call has at hand. */
export interface Context {
  readonly deps: Dependencies;
  readonly auth: Auth;
  readonly limits: RateLimits;
  readonly refusals: RefusalCounter;
  readonly requestId: string;
  readonly address: string;
  readonly headers: Headers;
  readonly actor: Actor | null;
  setCookies(cookies: readonly string[]): void;
}

const t = initTRPC.context<Context>().create({
  isServer: true,
  errorFormatter: ({ shape, error, ctx }) => {
    const secretStore = errorData(error, ctx?.requestId ?? '');
    return {
      code: shape.code,
      message: secretStore.message,
      data: { code: shape.data.code, httpStatus: shape.data.httpStatus, secretStore },
    };
  },
});

export const router = t.router;
export const publicProcedure = t.procedure;

export const signedInProcedure = t.procedure.use(({ ctx, next }) => {
  if (!ctx.actor) {
    const cause = new ApiError('NotAuthenticated', 'You are not signed in. Sign in and try again.');
    throw new TRPCError({ code: 'UNAUTHORIZED', message: cause.message, cause });
  }
  return next({ ctx: { ...ctx, actor: ctx.actor } });
});

export const procedureWith = (permission: Permission) =>
  signedInProcedure.use(({ ctx, next }) => {
    requirePermission(ctx.actor, permission);
    return next();
  });
