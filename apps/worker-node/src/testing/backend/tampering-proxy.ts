import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

interface PassedRequest {
  readonly method: string;
  target: string;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

export interface PassedAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

export interface TamperingProxy {
  readonly url: URL;
  /** what is handed on in place of the request */
  request: (request: PassedRequest) => PassedRequest;
  /** what is handed back in place of the answer */
  answer: (answer: PassedAnswer) => PassedAnswer;
  close(): Promise<void>;
}

/** Ends a worker's connection and passes on what it likes, as a proxy that ends TLS can. */
export const startTamperingProxy = async (backend: URL): Promise<TamperingProxy> => {
  const passOn = async ({ method, target, headers, body }: PassedRequest): Promise<PassedAnswer> => {
    const length = { 'content-length': String(body.length) };
    const sent = send(new URL(target, backend), { method, headers: { ...headers, ...length, host: backend.host } });
    sent.end(body);
    const [response] = await once(sent, 'response');
    return { status: response.statusCode, headers: response.headers, body: await buffer(response) };
  };
  const server = createServer((request, response) => {
    const pass = async () => {
      const { method = '', url: target = '', headers } = request;
      const asked = proxy.request({ method, target, headers, body: await buffer(request) });
      const { status, headers: given, body } = proxy.answer(await passOn(asked));
      const { 'content-length': _length, 'transfer-encoding': _encoding, ...kept } = given;
      response.writeHead(status, { ...kept, 'content-length': body.length }).end(body);
    };
    pass().catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // a server with a port has such an address
  const { port } = server.address() as AddressInfo;
  const proxy: TamperingProxy = {
    url: new URL(`http://127.0.0.1:${port}`),
    request: (request) => request,
    answer: (answer) => answer,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return proxy;
};
