import { X509Certificate } from 'node:crypto';
import { isOnThisMachine, SamlSettings, type SignInConnectionTest } from '@secret-store/api';
import type { Rows } from '../../../rows/row-kinds.ts';
import type { Outsider } from '../../outside/outsider.ts';
import { type Answered, type Asking, NotSignedIn, type Protocol } from '../requests/protocol.ts';
import { outsiderOf } from './outsider-of.ts';
import { providerCertificate } from './provider-metadata.ts';
import { requestIdOf, requestUrl, stateOf } from './request-url.ts';
import type { SamlProvider } from './saml-library.ts';
import { samlPlaces } from './saml-places.ts';
import { SamlProblem } from './xml/saml-problem.ts';
import { requestNamedIn, verifyAnswer } from './verify-answer.ts';

type Connection = Rows['signInConnection'];

const providerOf = ({ issuer, settings }: Connection): SamlProvider => {
  const { ssoUrl, certificates } = SamlSettings.parse(settings);
  return { entityId: issuer, ssoUrl, certificates };
};

const asNotSignedIn = (error: unknown): unknown =>
  error instanceof SamlProblem ? new NotSignedIn(error.message, { cause: error }) : error;

const responseIn = ({ form }: Answered['answer']): string => form.SAMLResponse ?? '';

/** Before anything is verified: it only tells which request is looked at. */
const requestIn = (answer: Answered['answer']): string | null => {
  try {
    const named = requestNamedIn(responseIn(answer));
    return named === null ? null : stateOf(named);
  } catch (error) {
    throw asNotSignedIn(error);
  }
};

const start = async ({ connection, origin, request }: Asking): Promise<URL> =>
  new URL(await requestUrl(providerOf(connection), samlPlaces(origin, connection.name), request));

const finish = async ({ connection, origin, request, answer }: Answered): Promise<Outsider> => {
  try {
    const places = samlPlaces(origin, connection.name);
    const said = await verifyAnswer(providerOf(connection), places, responseIn(answer));
    if (said.inResponseTo !== requestIdOf(request)) throw new SamlProblem('The assertion answers another request.');
    return outsiderOf({ id: connection.id, settings: SamlSettings.parse(connection.settings) }, said);
  } catch (error) {
    throw asNotSignedIn(error);
  }
};

const checkOf = (certificate: string): SignInConnectionTest['checks'][number] => {
  const name = 'Certificate';
  try {
    const { validTo } = new X509Certificate(providerCertificate(certificate));
    const isPast = Date.parse(validTo) < Date.now();
    return { name, passed: !isPast, message: isPast ? `It ended on ${validTo}.` : `It ends on ${validTo}.` };
  } catch (error) {
    if (!(error instanceof SamlProblem)) throw error;
    return { name, passed: false, message: error.message };
  }
};

/** Nothing is fetched: an identity provider answers people alone. */
const test = async ({ settings }: Connection): Promise<SignInConnectionTest> => {
  const { ssoUrl, certificates } = SamlSettings.parse(settings);
  const url = new URL(ssoUrl);
  const isSecret = url.protocol === 'https:' || isOnThisMachine(url);
  const message = isSecret ? ssoUrl : `${ssoUrl} is not https: who is in between sees who signs in.`;
  const checks = [{ name: 'Sign-in page', passed: isSecret, message }, ...certificates.map(checkOf)];
  return { works: checks.every(({ passed }) => passed), checks };
};

/** SAML 2.0: requests by redirect, answers by a form. */
export const saml: Protocol = { requestIn, start, finish, test };
