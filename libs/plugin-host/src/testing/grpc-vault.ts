import { type handleUnaryCall, Server, ServerCredentials } from '@grpc/grpc-js';
import { testCertificate, testKey } from './test-certificate.ts';

export const getMethod = '/vault.Vault/Get';
export const asBytes = (text: string): Buffer => Buffer.from(text);
export const asText = (bytes: Buffer): string => bytes.toString();

const get: handleUnaryCall<string, string> = (call, callback) => callback(null, `held: ${call.request}`);

/** A vault that speaks gRPC on this machine. @returns its port, and how to close it */
export const openGrpcVault = async (transport: 'plain' | 'tls') => {
  const server = new Server();
  server.addService(
    {
      get: {
        path: getMethod,
        requestStream: false,
        responseStream: false,
        requestSerialize: asBytes,
        requestDeserialize: asText,
        responseSerialize: asBytes,
        responseDeserialize: asText,
      },
    },
    { get },
  );
  const pair = { cert_chain: Buffer.from(testCertificate), private_key: Buffer.from(testKey) };
  const credentials =
    transport === 'plain' ? ServerCredentials.createInsecure() : ServerCredentials.createSsl(null, [pair]);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', credentials, (error, bound) => (error === null ? resolve(bound) : reject(error)));
  });
  return { port, close: () => server.forceShutdown() };
};
