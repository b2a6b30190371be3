import { type Actor, Session, SignInRequest } from '@secret-store/api';
import { permissionsOf } from '../../accounts/permissions.ts';
import { signOut } from '../../accounts/session.ts';
import { signIn } from '../../accounts/sign-in.ts';
import { publicProcedure, router } from './procedures/trpc.ts';

const sessionOf = (actor: Actor): Session => {
  const { userId, username, role } = actor;
  return { userId, username, role, permissions: permissionsOf(actor) };
};

export const sessionRouter = router({
  current: publicProcedure.output(Session.nullable()).query(({ ctx }) => ctx.actor && sessionOf(ctx.actor)),
  signIn: publicProcedure
    .input(SignInRequest)
    .output(Session)
    .mutation(async ({ ctx, input }) => {
      const result = await signIn(ctx, {
        ...input,
        address: ctx.address,
        userAgent: ctx.headers.get('user-agent'),
        cookies: ctx.headers.get('cookie') ?? '',
      });
      ctx.setCookies(result.setCookies);
      return sessionOf(result.actor);
    }),
  signOut: publicProcedure.mutation(async ({ ctx }) => {
    ctx.setCookies(await signOut(ctx.auth, ctx.headers));
  }),
});
