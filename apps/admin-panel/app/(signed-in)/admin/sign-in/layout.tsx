import type { ReactNode } from 'react';
import { PermissionGate } from '@/features/session/permission-gate.tsx';

const SignInSettingsLayout = ({ children }: { readonly children: ReactNode }) => (
  <PermissionGate permission="users.read">{children}</PermissionGate>
);

export default SignInSettingsLayout;
