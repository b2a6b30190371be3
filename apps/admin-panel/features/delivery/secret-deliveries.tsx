'use client';
import { createContext, useContext, type ReactNode } from 'react';
import { DeliverySummary } from './delivery-summary.tsx';
import { useAlgorithmDelivery } from './use-algorithm-delivery.ts';

const Deliveries = createContext<ReturnType<typeof useAlgorithmDelivery> | null>(null);

interface SecretDeliveriesProps {
  readonly algorithmId: string;
  readonly secretIds: readonly string[];
  readonly children: ReactNode;
}

/** Asks where the secrets of a list have arrived. The list is not rendered again for each answer: only what shows it is. */
export const SecretDeliveries = ({ algorithmId, secretIds, children }: SecretDeliveriesProps) => (
  <Deliveries value={useAlgorithmDelivery(algorithmId, secretIds)}>{children}</Deliveries>
);

/** In a list of secrets below `SecretDeliveries`. */
export const DeliveryOfSecret = ({ secretId }: { readonly secretId: string }) => {
  const delivery = useContext(Deliveries);
  return <DeliverySummary counts={delivery?.data?.secrets[secretId]} hasFailed={delivery?.isError ?? false} />;
};
