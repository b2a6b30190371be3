import http from 'node:http';
import https from 'node:https';
import { createSecureContext } from 'node:tls';

/** Half of the connections that the host lets a plugin have to one destination. It drops any beyond those. */
export const maximumConnections = 16;

export interface ConnectionOptions {
  /** Certificates in PEM, the only authorities that are trusted, also intermediate ones. Without them, those that Node.js knows. */
  readonly ca?: string | readonly string[];
  /** In PEM, for a server that asks for a client certificate. */
  readonly cert?: string;
  readonly key?: string;
  /** Keeps connections open between requests. What is not repeatable gets its own connection all the same. */
  readonly keepAlive?: boolean;
}

/** What all requests of one provider share. Pass the agents to a vault's own SDK, where it takes some. */
export interface Connections {
  readonly http: http.Agent;
  readonly https: https.Agent;
  readonly keepAlive: boolean;
}

/**
 * Connections that use no proxy from the environment and always verify certificates, whatever the environment says.
 * At most 16 are open at once to one server; further requests wait.
 */
export const openConnections = ({ ca, cert, key, keepAlive = false }: ConnectionOptions = {}): Connections => {
  const tls = {
    ...(ca !== undefined && { ca: typeof ca === 'string' ? ca : [...ca] }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
  };
  return {
    keepAlive,
    http: new http.Agent({ keepAlive, maxSockets: maximumConnections }),
    https: new https.Agent({
      keepAlive,
      maxSockets: maximumConnections,
      rejectUnauthorized: true,
      // once: parsing all certificates for each connection takes longer than connecting
      ...(Object.keys(tls).length > 0 && {
        secureContext: createSecureContext({ ...tls, allowPartialTrustChain: true }),
      }),
    }),
  };
};
