import { initTRPC, TRPCError } from '@trpc/server';
import { ZodError } from 'zod';
import { ApiError, errorTable } from '../errors.ts';
import type { Actor } from '../schemas/account.ts';
import type { AccountService } from '../services/account-service.ts';
import type { AlgorithmService } from '../services/algorithm-service.ts';
import type { ProviderService } from '../services/provider-service.ts';
import type { SecretService } from '../services/secret-service.ts';
import type { WorkerIdentity, WorkerService } from '../services/worker-service.ts';

export interface Services {
  readonly accounts: AccountService;
  readonly algorithms: AlgorithmService;
  readonly providers: ProviderService;
  readonly secrets: SecretService;
  readonly workers: WorkerService;
}

export interface Context {
  readonly services: Services;
  readonly requestId: string;
  readonly address: string;
  readonly headers: Headers;
  readonly actor: Actor | null;
  readonly worker: WorkerIdentity | null;
  setCookies(cookies: readonly string[]): void;
}

/** What the client finds in `error.data`, the same as the REST body. */
export interface ErrorData {
  readonly id: string;
  readonly code: number;
  readonly message: string;
  /** messages by input field */
  readonly fields: Readonly<Record<string, string>>;
}

const fieldsOf = (error: ZodError) =>
  Object.fromEntries(error.issues.map((issue) => [issue.path.join('.'), issue.message]));

const describe = (error: TRPCError, requestId: string): ErrorData => {
  const { cause } = error;
  if (cause instanceof ApiError) {
    const fields = cause.field === undefined ? {} : { [cause.field]: cause.message };
    return { id: requestId, code: cause.code, message: cause.message, fields };
  }
  if (cause instanceof ZodError) {
    const fields = fieldsOf(cause);
    const message = Object.entries(fields)
      .map(([field, problem]) => `${field} ${problem}`)
      .join('; ');
    return { id: requestId, code: errorTable.InputValidationError.code, message, fields };
  }
  if (error.code !== 'INTERNAL_SERVER_ERROR') {
    const message = 'The request is not one that this store answers: see /openapi.json.';
    return { id: requestId, code: errorTable.InputValidationError.code, message, fields: {} };
  }
  return {
    id: requestId,
    code: errorTable.InternalServerError.code,
    message: `Something went wrong on our side. The log has the cause under ${requestId}.`,
    fields: {},
  };
};

const t = initTRPC.context<Context>().create({
  isServer: true,
  errorFormatter: ({ shape, error, ctx }) => {
    const secretStore = describe(error, ctx?.requestId ?? '');
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

export const workerProcedure = t.procedure.use(({ ctx, next }) => {
  if (!ctx.worker) {
    const cause = new ApiError('NotAuthenticated', 'The request is not signed by a worker of this store.');
    throw new TRPCError({ code: 'UNAUTHORIZED', message: cause.message, cause });
  }
  return next({ ctx: { ...ctx, worker: ctx.worker } });
});
