import { Prisma } from '@secret-store/db';
import { verifySealedRecord } from '@secret-store/sealing';
import type { Dependencies } from '../dependencies.ts';
import { signedActivation } from '../configurations/activation.ts';

/** Providers from before activations were signed: what is active stays active, at the number that workers know. */
export const ensureActivations = async ({ db, keys }: Pick<Dependencies, 'db' | 'keys'>): Promise<void> => {
  const rows = await db.prisma.provider.findMany({
    where: { kind: 'plugin', moduleSha256: { not: null }, activation: { equals: Prisma.AnyNull } },
    include: { configuration: true },
  });
  for (const { id, activationNumber, moduleSha256, configuration } of rows) {
    if (!configuration || configuration.sealed === null) continue;
    const sealed = verifySealedRecord({ record: configuration.sealed, signerKey: keys.verificationKey });
    const { binding } = sealed;
    const isItsOwn =
      binding.type === 'provider-configuration' && binding.providerId === id && binding.moduleSha256 === moduleSha256;
    if (!isItsOwn || binding.revision !== activationNumber) continue;
    const activation = signedActivation({ keys }, { providerId: id, activationNumber, sealed, sealedForWorkers: null });
    await db.prisma.provider.updateMany({ where: { id, activationNumber }, data: { activation } });
  }
};
