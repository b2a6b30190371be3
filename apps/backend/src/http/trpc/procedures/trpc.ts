import { type Actor, ApiError, type Permission, storableRule } from '@secret-store/api';
import { initTRPC, TRPCError } from '@trpc/server';
import type { Auth } from '../../../accounts/auth.ts';
import { requirePermission } from '../../../accounts/permissions.ts';
import type { RateLimits } from '../../../accounts/attempts/rate-limits.ts';
import type { UseNotes } from '../../../accounts/use-notes.ts';
import type { RefusalCounter } from '../../../audit/refusal-counter.ts';
import type { Dependencies } from '../../../dependencies.ts';
import { findUnstorable } from '../../front/unstorable.ts';
import { asApiError } from '../../errors/error-mapping.ts';
import { errorData } from '../refusals/error-data.ts';

/** What a person's call has at hand. */
export interface Context {
  readonly deps: Dependencies;
  readonly auth: Auth;
  readonly limits: RateLimits;
  readonly refusals: RefusalCounter;
  readonly uses: UseNotes;
  /** the address that browsers see */
  readonly origin: string;
  readonly requestId: string;
  readonly address: string;
  readonly headers: Headers;
  readonly actor: Actor | null;
  /** there is no body to read an input from */
  readonly isEmpty: boolean;
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

/** Behind who may ask, and before the schema looks at the input. */
const storableInput = t.middleware(async ({ ctx, getRawInput, next }) => {
  const input = await getRawInput().catch(() => {
    if (ctx.isEmpty) return undefined;
    // without the cause: it quotes the input
    throw new ApiError('InputValidationError', 'The input is not JSON. Check its quotes, commas and encoding.');
  });
  const field = findUnstorable(input);
  if (field === null) return next({ getRawInput: async () => input });
  throw new ApiError('InputValidationError', `${field || 'The input'} ${storableRule}.`, {
    ...(field !== '' && { field }),
  });
});

const forSignedIn = t.procedure.use(({ ctx, next }) => {
  if (!ctx.actor) {
    const cause = new ApiError('NotAuthenticated', 'You are not signed in. Sign in and try again.');
    throw new TRPCError({ code: 'UNAUTHORIZED', message: cause.message, cause });
  }
  return next({ ctx: { ...ctx, actor: ctx.actor } });
});

/**
 * What `look` refuses is told before anything that is wrong with the rest of the input. A call without a fault is looked up once, by
 * what it asks for.
 */
export const toldFirst = async <Result extends { readonly ok: boolean; readonly error?: unknown }>(
  called: Promise<Result>,
  look: () => Promise<unknown>,
): Promise<Result> => {
  const result = await called;
  if (!result.ok && asApiError(result.error).status === 400) await look();
  return result;
};

export const publicProcedure = t.procedure.use(storableInput);

export const signedInProcedure = forSignedIn.use(storableInput);

export const procedureWith = (permission: Permission) =>
  forSignedIn
    .use(({ ctx, next }) => {
      requirePermission(ctx.actor, permission);
      return next();
    })
    .use(storableInput);
