import { Prisma } from '@secret-store/db';
import { verifySealedRecord } from '@secret-store/sealing';
import type { Dependencies } from '../dependencies.ts';
import { signedActivation } from '../configurations/activation.ts';

/** Providers from before activations were signed: what is active stays active, at the number that workers know. */
export const ensureActivations = async ({ db, keys }: Pick<Dependencies, 'db' | 'keys'>): Promise<void> => {
  const rows = await db.prisma.provider.findMany({
    where: { kind: 'plugin', activation: { equals: Prisma.AnyNull } },
    include: { versions: true },
  });
  for (const { id, activationNumber, activeNumber, versions } of rows) {
    const active = versions.find(({ number }) => number === activeNumber);
    if (!active || active.moduleSha256 === null || active.sealed === null) continue;
    const sealed = verifySealedRecord({ record: active.sealed, signerKey: keys.verificationKey });
    const { binding } = sealed;
    const isItsOwn =
      binding.type === 'provider-configuration' &&
      binding.providerId === id &&
      binding.moduleSha256 === active.moduleSha256;
    if (!isItsOwn || binding.revision !== activationNumber) continue;
    const activation = signedActivation({ keys }, { providerId: id, activationNumber, sealed, sealedForWorkers: null });
    await db.prisma.provider.updateMany({ where: { id, activationNumber }, data: { activation } });
  }
};
