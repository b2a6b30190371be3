import type { ReactNode } from 'react';
import { PermissionGate } from '@/features/session/permission-gate.tsx';

const WebhooksLayout = ({ children }: { readonly children: ReactNode }) => (
  <PermissionGate permission="webhooks.read">{children}</PermissionGate>
);

export default WebhooksLayout;
