import type { ReactNode } from 'react';
import { PermissionGate } from '@/features/session/permission-gate.tsx';

const AuditLayout = ({ children }: { readonly children: ReactNode }) => (
  <PermissionGate permission="audit.read">{children}</PermissionGate>
);

export default AuditLayout;
