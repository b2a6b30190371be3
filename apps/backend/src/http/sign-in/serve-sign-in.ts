import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { giveBack, passkeyAttempts, takeAttempts } from '../../accounts/attempts/rate-limits.ts';
import { enabledConnection } from '../../accounts/single-sign-on/connections/connection-named.ts';
import { finishSignIn } from '../../accounts/single-sign-on/finish-sign-in.ts';
import type { Answered } from '../../accounts/single-sign-on/requests/protocol.ts';
import { startSignIn } from '../../accounts/single-sign-on/start-sign-in.ts';
import { clientAddress } from '../../client-address.ts';
import type { Rows } from '../../rows/row-kinds.ts';
import { SignInRefused } from '../../accounts/single-sign-on/sign-in-refused.ts';
import { serveSaml } from './serve-saml.ts';
import { failureOf } from './sign-in-failure.ts';
import type { SignInOptions } from './sign-in-options.ts';

const Named = z.object({ connection: z.string() });
const Query = z.object({ returnTo: z.string().max(2_000).catch('/') });

const headersOf = ({ headers: { cookie, 'user-agent': agent } }: FastifyRequest): Headers =>
  new Headers([
    ...(cookie === undefined ? [] : [['cookie', cookie] as [string, string]]),
    ...(agent === undefined ? [] : [['user-agent', agent] as [string, string]]),
  ]);

/** Where browsers go to an identity provider, and come back. Whatever goes wrong ends at the sign-in page, which says so. */
export const serveSignIn = async (app: FastifyInstance, options: SignInOptions): Promise<void> => {
  const { deps, limits, origin } = options;
  const hide = { schema: { hide: true } };

  const onConnection =
    (work: (request: FastifyRequest, connection: Rows['signInConnection'], reply: FastifyReply) => Promise<string>) =>
    async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
      const { connection: name } = Named.parse(request.params);
      let connection: Rows['signInConnection'] | null = null;
      try {
        deps.ledger.standing.requireOpen();
        connection = await enabledConnection(deps, name);
        if (connection === null) return await reply.redirect('/sign-in?problem=no-such-connection', 303);
        return await reply.redirect(await work(request, connection, reply), 303);
      } catch (error) {
        const problem = failureOf(options, { error, connection, address: clientAddress(request) });
        return reply.redirect(`/sign-in?problem=${problem}`, 303);
      }
    };

  const finish = async (
    request: FastifyRequest,
    connection: Rows['signInConnection'],
    reply: FastifyReply,
    form: Answered['answer']['form'] = {},
  ): Promise<string> => {
    const attempts = passkeyAttempts(limits, clientAddress(request));
    await takeAttempts(attempts);
    const answer = { url: new URL(request.url, origin), form };
    const { goTo, setCookies } = await finishSignIn(options, { connection, answer, headers: headersOf(request) });
    await giveBack(attempts);
    void reply.header('set-cookie', [...setCookies]);
    return goTo;
  };

  app.get(
    '/sign-in/:connection/start',
    hide,
    onConnection(async (request, connection, reply) => {
      const { returnTo } = Query.parse(request.query);
      const cookies = request.headers.cookie ?? '';
      const { url, setCookies } = await startSignIn(options, connection, { cookies, returnTo, link: null });
      void reply.header('set-cookie', [...setCookies]);
      return url;
    }),
  );
  app.get(
    '/sign-in/:connection/callback',
    hide,
    onConnection((...found) => finish(...found)),
  );
  await app.register(serveSaml, {
    ...options,
    finish: (request, reply, form) =>
      onConnection((_request, connection) => {
        if (connection.kind !== 'saml') throw new SignInRefused('unsolicited');
        return finish(request, connection, reply, form);
      })(request, reply),
  });
};
