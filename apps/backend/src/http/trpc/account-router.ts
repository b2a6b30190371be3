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
import { manageableUser } from '../../accounts/user-named.ts';
import { router, signedInProcedure, toldFirst } from './procedures/trpc.ts';

const username = z.string();
const forManager = signedInProcedure
  .input(z.object({ username }))
  .use(({ ctx, input, next }) => toldFirst(next(), () => manageableUser(ctx.deps, ctx.actor, input.username)));
const listed = PersonalListQuery.extend({ username });

/** Passwords, keys and sessions: the own ones, or any user's for an administrator. */
export const accountRouter = router({
  changePassword: signedInProcedure
    .input(PasswordChange)
    .mutation(({ ctx, input }) => changePassword(ctx, ctx.actor, input, ctx.address)),
  keys: forManager
    .input(listed)
    .output(ApiKeyPage)
    .query(async ({ ctx, input }) => {
      await ctx.uses.flush();
      return listApiKeys(ctx.deps, ctx.actor, input.username, input);
    }),
  createKey: forManager
    .input(PersonalKeyRequest.extend({ username }))
    .output(ApiKey)
    .mutation(({ ctx, input }) => createPersonalKey(ctx.deps, ctx.actor, input.username, input)),
  revokeKey: forManager
    .input(z.object({ username, keyId: z.string() }))
    .mutation(({ ctx, input }) => revokeApiKey(ctx.deps, ctx.actor, input)),
  sessions: forManager
    .input(listed)
    .output(SessionPage)
    .query(({ ctx, input }) => listSessions(ctx.deps, ctx.actor, input.username, input)),
  endSession: forManager
    .input(z.object({ username, sessionId: z.string() }))
    .mutation(({ ctx, input }) => endSession(ctx.deps, ctx.actor, input)),
  /** all sessions of the user but the one that asks */
  endOtherSessions: forManager.mutation(({ ctx, input }) =>
    endAllSessions(ctx.deps, ctx.actor, input.username, ctx.actor.sessionId),
  ),
});
