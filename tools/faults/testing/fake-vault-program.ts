import { FakeVault } from '@secret-store/provider-vault/testing';
import { z } from 'zod';

const Order = z.discriminatedUnion('type', [
  z.object({ type: z.literal('state'), state: z.enum(['active', 'sealed']) }),
  z.object({ type: z.literal('revoke'), token: z.string() }),
]);

const vault = await FakeVault.start();
/** of a provider, not the root's */
const tokens = [0, 1].map(() =>
  vault.tokens.make({ rules: { '*': ['create', 'read', 'update', 'delete', 'list'] }, seconds: 0 }),
);

process.on('message', (message) => {
  const order = Order.parse(message);
  if (order.type === 'state') vault.state = order.state;
  else vault.tokens.revoke(order.token);
  process.send?.({ type: 'done' });
});
process.on('disconnect', () => process.exit());
process.send?.({ address: vault.address, tokens });
