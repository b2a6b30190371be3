import { Client, credentials } from '@grpc/grpc-js';
import type { SecretContext } from '@secret-store/provider-sdk';
import { asBytes, asText, getMethod } from './grpc-vault.ts';

/** A plugin that asks a vault by gRPC, as the libraries of cloud vendors do. It is bundled for the sandbox. */
export class GrpcFactory {
  create(config: ReadonlyMap<string, string>) {
    const certificate = config.get('ca');
    const client = new Client(
      config.get('target') ?? '',
      certificate === undefined ? credentials.createInsecure() : credentials.createSsl(Buffer.from(certificate)),
    );
    const getSecretVersion = (id: { getProviderKey(): string }, _context: SecretContext) =>
      new Promise((resolve, reject) => {
        const deadline = Date.now() + 8_000;
        client.makeUnaryRequest(getMethod, asBytes, asText, id.getProviderKey(), { deadline }, (error, answer) =>
          error === null ? resolve(answer) : reject(error),
        );
      });
    const yes = () => true;
    return { getSecretVersion, getTtl: () => 0, allowsCreate: yes, allowsUpdate: yes, allowsDelete: yes };
  }
}
