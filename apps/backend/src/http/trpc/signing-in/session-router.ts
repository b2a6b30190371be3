import { type Actor, CodeNeeded, Session, SignInRequest } from '@secret-store/api';
import { z } from 'zod';
import { permissionsOf } from '../../../accounts/permissions.ts';
import { signOut } from '../../../accounts/session.ts';
import { signIn } from '../../../accounts/signing-in/sign-in.ts';
import { publicProcedure, router } from '../procedures/trpc.ts';

const sessionOf = (actor: Actor): Session => {
  const { userId, username, role } = actor;
  return { userId, username, role, permissions: permissionsOf(actor) };
};

export const sessionRouter = router({
  current: publicProcedure.output(Session.nullable()).query(({ ctx }) => ctx.actor && sessionOf(ctx.actor)),
  signIn: publicProcedure
    .input(SignInRequest)
    .output(z.union([Session, CodeNeeded]))
    .mutation(async ({ ctx, input: { username, password, code } }) => {
      const signedIn = await signIn(ctx, {
        ...{ username, password, code },
        address: ctx.address,
        userAgent: ctx.headers.get('user-agent'),
        cookies: ctx.headers.get('cookie') ?? '',
      });
      if (signedIn === null) return { needs: 'code' as const };
      ctx.setCookies(signedIn.setCookies);
      return sessionOf(signedIn.actor);
    }),
  signOut: publicProcedure.mutation(async ({ ctx }) => {
    ctx.setCookies(await signOut(ctx.auth, ctx.headers));
  }),
});
