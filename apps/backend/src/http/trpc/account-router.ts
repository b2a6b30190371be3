import {
  ApiKey,
  ApiKeyPage,
  PasswordChange,
  PersonalKeyRequest,
  PersonalListQuery,
  SessionPage,
} from '@secret-store/api';
import { z } from 'zod';
import { createPersonalKey } from '../../accounts/credentials/create-personal-key.ts';
import { endAllSessions, endSession } from '../../accounts/credentials/end-session.ts';
import { listApiKeys } from '../../accounts/credentials/list-api-keys.ts';
import { listSessions } from '../../accounts/credentials/list-sessions.ts';
import { revokeApiKey } from '../../accounts/credentials/revoke-api-key.ts';
import { changePassword } from '../../accounts/users/change-password.ts';
import { router, signedInProcedure } from './trpc.ts';

const username = z.string();
const listed = PersonalListQuery.extend({ username });

/** Passwords, keys and sessions: the own ones, or any user's for an administrator. */
export const accountRouter = router({
  changePassword: signedInProcedure
    .input(PasswordChange)
    .mutation(({ ctx, input }) => changePassword(ctx, ctx.actor, input, ctx.address)),
  keys: signedInProcedure
    .input(listed)
    .output(ApiKeyPage)
    .query(async ({ ctx, input }) => {
      await ctx.uses.flush();
      return listApiKeys(ctx.deps, ctx.actor, input.username, input);
    }),
  createKey: signedInProcedure
    .input(PersonalKeyRequest.extend({ username }))
    .output(ApiKey)
    .mutation(({ ctx, input }) => createPersonalKey(ctx.deps, ctx.actor, input.username, input)),
  revokeKey: signedInProcedure
    .input(z.object({ username, keyId: z.string() }))
    .mutation(({ ctx, input }) => revokeApiKey(ctx.deps, ctx.actor, input)),
  sessions: signedInProcedure
    .input(listed)
    .output(SessionPage)
    .query(({ ctx, input }) => listSessions(ctx.deps, ctx.actor, input.username, input)),
  endSession: signedInProcedure
    .input(z.object({ username, sessionId: z.string() }))
    .mutation(({ ctx, input }) => endSession(ctx.deps, ctx.actor, input)),
  /** all sessions of the user but the one that asks */
  endOtherSessions: signedInProcedure
    .input(z.object({ username }))
    .mutation(({ ctx, input }) => endAllSessions(ctx.deps, ctx.actor, input.username, ctx.actor.sessionId)),
});
