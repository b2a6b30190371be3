import { Agent as HttpAgent, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { urlToHttpOptions } from 'node:url';
import { backendSocketName, socketAddress } from '@secret-store/api/socket';
import { exitCode } from '../errors/exit-code.ts';
import { ResolveFailure } from '../errors/resolve-failure.ts';
import { type BackendAddress, describeAddress } from './backend-address.ts';

/** More requests than this wait for one of these. */
const connectionsMaximum = 64;

/** What each request to this backend has in common. */
export const connectionTo = (backend: BackendAddress) => {
  const pool = { keepAlive: true, maxSockets: connectionsMaximum };
  if ('socketDirectory' in backend) {
    // never released: it is used as long as this process runs
    const { path } = socketAddress(backend.socketDirectory, backendSocketName);
    return { request: requestHttp, to: { socketPath: path, agent: new HttpAgent(pool) } };
  }
  const { protocol, hostname, port } = urlToHttpOptions(backend.url);
  const to = { protocol, hostname, port };
  return protocol === 'https:'
    ? { request: requestHttps, to: { ...to, agent: new HttpsAgent(pool) } }
    : { request: requestHttp, to: { ...to, agent: new HttpAgent(pool) } };
};

export const noAnswer = (backend: BackendAddress, cause: unknown): ResolveFailure =>
  new ResolveFailure(
    exitCode.unavailable,
    `the backend ${describeAddress(backend)} gave no answer: check that the store is running`,
    { cause },
  );
