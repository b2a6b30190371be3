import { type Actor, CodeNeeded, OfferedConnection, PasskeyAnswer, Session, SignInRequest } from '@secret-store/api';
import { z } from 'zod';
import { withGrants } from '../../../accounts/grants/read-grants.ts';
import { permissionsOf } from '../../../accounts/permissions.ts';
import { signOut } from '../../../accounts/session.ts';
import { relyingPartyOf } from '../../../accounts/passkeys/relying-party.ts';
import { signIn } from '../../../accounts/signing-in/sign-in.ts';
import { signInWithPasskey } from '../../../accounts/signing-in/sign-in-with-passkey.ts';
import { startPasskeySignIn } from '../../../accounts/signing-in/start-passkey-sign-in.ts';
import { connectionFor, offeredConnections } from '../../../accounts/single-sign-on/connections/list-connections.ts';
import { type Context, publicProcedure, router } from '../procedures/trpc.ts';

const sessionOf = (actor: Actor): Session => {
  const { userId, username, role, organizations = [] } = actor;
  return {
    ...{ userId, username, role, permissions: permissionsOf(actor) },
    organizations: organizations.map((organization) => ({ name: organization.name, role: organization.role })),
  };
};

const clientOf = ({ address, headers }: Context) => ({
  address,
  userAgent: headers.get('user-agent'),
  cookies: headers.get('cookie') ?? '',
});

export const sessionRouter = router({
  current: publicProcedure.output(Session.nullable()).query(({ ctx }) => ctx.actor && sessionOf(ctx.actor)),
  signIn: publicProcedure
    .input(SignInRequest)
    .output(z.union([Session, CodeNeeded]))
    .mutation(async ({ ctx, input: { username, password, code } }) => {
      const signedIn = await signIn(ctx, {
        ...{ username, password, code },
        ...clientOf(ctx),
      });
      if (signedIn === null) return { needs: 'code' as const };
      ctx.setCookies(signedIn.setCookies);
      return sessionOf(await withGrants(ctx.deps, signedIn.actor));
    }),
  startPasskey: publicProcedure.mutation(async ({ ctx }) => {
    const { options, setCookies } = await startPasskeySignIn(ctx.deps, ctx.auth, relyingPartyOf(ctx.origin));
    ctx.setCookies(setCookies);
    return options;
  }),
  signInWithPasskey: publicProcedure
    .input(PasskeyAnswer)
    .output(Session)
    .mutation(async ({ ctx, input }) => {
      const given = { ...clientOf(ctx), response: input, party: relyingPartyOf(ctx.origin) };
      const signedIn = await signInWithPasskey(ctx, given);
      ctx.setCookies(signedIn.setCookies);
      return sessionOf(await withGrants(ctx.deps, signedIn.actor));
    }),
  /** identity providers that the sign-in page offers */
  connections: publicProcedure.output(z.array(OfferedConnection)).query(({ ctx }) => offeredConnections(ctx.deps)),
  /** the name of the one that who types this is sent to; null for none */
  connectionFor: publicProcedure
    .input(z.object({ username: z.string().max(320) }))
    .output(z.string().nullable())
    .query(({ ctx, input }) => connectionFor(ctx.deps, input.username)),
  signOut: publicProcedure.mutation(async ({ ctx }) => {
    ctx.setCookies(await signOut(ctx.auth, ctx.headers));
  }),
});
