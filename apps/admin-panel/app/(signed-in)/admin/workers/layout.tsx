import type { ReactNode } from 'react';
import { PermissionGate } from '@/features/session/permission-gate.tsx';

const WorkersLayout = ({ children }: { readonly children: ReactNode }) => (
  <PermissionGate permission="workers.read">{children}</PermissionGate>
);

export default WorkersLayout;
