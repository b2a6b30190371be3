import type { ReactNode } from 'react';
import { PermissionGate } from '@/features/session/permission-gate.tsx';

const ProvidersLayout = ({ children }: { readonly children: ReactNode }) => (
  <PermissionGate permission="providers.read">{children}</PermissionGate>
);

export default ProvidersLayout;
