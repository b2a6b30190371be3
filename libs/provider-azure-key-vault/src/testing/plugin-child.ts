import { json } from 'node:stream/consumers';
import * as z from 'zod/mini';
import { AzureKeyVaultSecretProviderFactory } from '../plugin.ts';

const order = z.object({ configuration: z.record(z.string(), z.string()), value: z.string() });

/** The plugin in a process with an environment of its own: stores a value, reads it back, prints how that went. */
const { configuration, value } = order.parse(await json(process.stdin));
const context = { secretId: crypto.randomUUID(), algorithmId: 'algorithm', environmentVariable: 'NAME', version: 1 };
try {
  const provider = new AzureKeyVaultSecretProviderFactory().create(new Map(Object.entries(configuration)));
  const id = await provider.createSecret(value, context);
  await provider.updateSecret(id, value, { ...context, version: 2 });
  const secret = await provider.getSecret(id, context);
  await provider.deleteSecret(id, context);
  process.stdout.write(secret.getValue() === value ? 'same value' : 'another value');
} catch (error) {
  process.stdout.write(error instanceof Error ? `${error.name}: ${error.message}` : 'no Error');
}
