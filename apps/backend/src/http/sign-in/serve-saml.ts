import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { attemptOf } from '../../accounts/single-sign-on/requests/attempt-cookie.ts';
import { enabledConnection } from '../../accounts/single-sign-on/connections/connection-named.ts';
import { samlPlaces } from '../../accounts/single-sign-on/saml/saml-places.ts';
import { sendAgain } from '../../accounts/single-sign-on/saml/send-again.ts';
import { serviceMetadata } from '../../accounts/single-sign-on/saml/service-metadata.ts';
import { noSuchPath } from '../errors/answer-errors.ts';
import type { SignInOptions } from './sign-in-options.ts';

const answerBytesMaximum = 256 * 1024;

const Named = z.object({ connection: z.string() });
const Form = z.object({ SAMLResponse: z.string().optional(), again: z.string().optional() }).catch({});

/** The fields of an identity provider's form. */
type SamlForm = Readonly<Record<string, string>>;

type Finish = (request: FastifyRequest, reply: FastifyReply, form: SamlForm) => Promise<FastifyReply>;

/** Where a SAML identity provider reads about this store, and where browsers bring its answers. */
export const serveSaml = async (
  app: FastifyInstance,
  { deps, auth, origin, finish }: SignInOptions & { readonly finish: Finish },
): Promise<void> => {
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
    done(null, Object.fromEntries(new URLSearchParams(String(body)))),
  );

  app.get('/sign-in/:connection/metadata', { schema: { hide: true } }, async (request, reply) => {
    const connection = await enabledConnection(deps, Named.parse(request.params).connection);
    if (connection?.kind !== 'saml') throw noSuchPath();
    return reply.type('application/samlmetadata+xml').send(serviceMetadata(samlPlaces(origin, connection.name)));
  });

  app.post(
    '/sign-in/:connection/acs',
    { schema: { hide: true }, config: { isForOtherSites: true }, bodyLimit: answerBytesMaximum },
    async (request, reply) => {
      const { SAMLResponse = '', again } = Form.parse(request.body);
      const isHere = (await attemptOf(auth, request.headers.cookie ?? '')) !== null;
      const page = isHere || again !== undefined ? null : sendAgain(SAMLResponse);
      if (page === null) return finish(request, reply, { SAMLResponse });
      return reply.type('text/html').header('content-security-policy', page.contentSecurityPolicy).send(page.html);
    },
  );
};
